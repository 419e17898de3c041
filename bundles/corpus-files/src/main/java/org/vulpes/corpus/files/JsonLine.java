package org.vulpes.corpus.files;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/** Takes the text out of one line of JSON. */
final class JsonLine {
  /** The line's length is bounded before it comes here, so a text in it may be as long; nesting stays bounded by the library. */
  private static final ObjectMapper MAPPER = new ObjectMapper(
      JsonFactory.builder().streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build()).build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int NAMED_FIELDS = 12;

  private JsonLine() {}

  /**
   * @param field names of nested fields; a number leads into a list
   * @param place "file:line" for the complaint
   * @throws InvalidInput when the line is not JSON, or has no text there
   */
  static String text(String json, List<String> field, String place) {
    JsonNode node;
    try {
      node = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      String column = e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr();
      throw new InvalidInput(place + ": is not JSON (" + e.getOriginalMessage().lines().findFirst().orElse("") + column
          + "); every line must be one whole object { … }, so repair the line or leave the file out.", e);
    }
    if (!node.isObject()) throw new InvalidInput(place + ": must be an object { … } with field '" + String.join(".", field) + "', but is " + kind(node) + ".");
    String way = "";
    for (String name : field) {
      JsonNode inner = node.isArray() && name.matches("\\d{1,9}") ? node.get(Integer.parseInt(name)) : node.get(name);
      String full = way.isEmpty() ? name : way + "." + name;
      if (inner == null) throw missing(place, full, name, way, node);
      node = inner;
      way = full;
    }
    if (!node.isTextual()) throw new InvalidInput(place + ": field '" + way + "' must be a text, but is " + kind(node) + "; name another field, or repair the line.");
    return node.textValue();
  }

  private static InvalidInput missing(String place, String full, String name, String way, JsonNode node) {
    String in = way.isEmpty() ? "" : " in '" + way + "'";
    if (!(node instanceof ObjectNode object)) {
      String has = node.isArray() ? "a list of " + node.size() : kind(node);
      return new InvalidInput(place + ": has no field '" + full + "': '" + way + "' is " + has + "; name another field.");
    }
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    if (names.isEmpty()) return new InvalidInput(place + ": has no field '" + full + "'; there are no fields" + in + ".");
    String there = String.join(", ", names.subList(0, Math.min(names.size(), NAMED_FIELDS))) + (names.size() > NAMED_FIELDS ? ", …" : "");
    String hint = Spelling.hint(name, names);
    return new InvalidInput(place + ": has no field '" + full + "'; fields" + in + " are " + there + (hint.isEmpty() ? "; say which holds the text (field)." : hint));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case NUMBER -> "the number " + node.asText();
      case BOOLEAN -> node.asText();
      case STRING -> "a text";
      case NULL -> "null";
      default -> "nothing";
    };
  }
}
