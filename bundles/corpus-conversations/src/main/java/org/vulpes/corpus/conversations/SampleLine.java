package org.vulpes.corpus.conversations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.vulpes.corpus.Message;
import org.vulpes.slot.InvalidInput;

/** Reads a line of JSON in one of the shapes in which examples are published. What it complains about is half a sentence that follows the line's place. */
final class SampleLine {
  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Map<String, String> ROLES = Map.of("human", Message.USER, "user", Message.USER, "gpt", Message.ASSISTANT, "assistant", Message.ASSISTANT, "model", Message.ASSISTANT,
      "system", Message.SYSTEM);

  private SampleLine() {}

  static Sample read(String line) {
    JsonNode n;
    try {
      n = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InvalidInput("is not valid JSON (" + e.getOriginalMessage().lines().findFirst().orElse("") + ")", e);
    }
    if (n == null || !n.isObject()) throw new InvalidInput("holds no JSON object");
    if (n.has("chosen") || n.has("rejected")) return pair(n);
    if (n.has("messages")) return new Sample.Talk(messages(n.get("messages"), "messages"));
    if (n.has("conversations")) return new Sample.Talk(messages(n.get("conversations"), "conversations"));
    if (n.has("instruction") && !n.has("output") && !n.has("response")) throw new InvalidInput("has neither 'output' nor 'response'");
    if (n.has("instruction")) return new Sample.Talk(List.of(new Message(Message.USER, instruction(n)), answer(text(n, n.has("output") ? "output" : "response"))));
    if (n.has("prompt")) return completion(n);
    throw new InvalidInput("has none of the keys messages, conversations, instruction, prompt, chosen (it has " + keys(n) + ")");
  }

  private static String keys(JsonNode n) {
    var names = new ArrayList<String>();
    n.fieldNames().forEachRemaining(names::add);
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static Sample completion(JsonNode n) {
    List<Message> asked = asked(n.get("prompt"));
    String answer = said(n, "completion");
    if (!n.has("label")) return new Sample.Talk(with(asked, answer));
    if (!n.get("label").isBoolean()) throw new InvalidInput("has a label that is neither true nor false");
    return new Sample.Labelled(asked, answer, n.get("label").booleanValue());
  }

  private static Sample pair(JsonNode n) {
    for (String key : List.of("chosen", "rejected")) if (!n.has(key)) throw new InvalidInput("has no '" + key + "'; a pair has both chosen and rejected");
    List<Message> asked;
    if (n.has("prompt")) {
      asked = asked(n.get("prompt"));
    } else {
      if (!n.get("chosen").isArray()) throw new InvalidInput("has no 'prompt'");
      var all = messages(n.get("chosen"), "chosen");
      asked = all.subList(0, all.size() - 1);
    }
    String chosen = said(n, "chosen");
    String rejected = said(n, "rejected");
    if (chosen.equals(rejected)) throw new InvalidInput("has two equal answers, which say nothing about what is better");
    return new Sample.Pair(asked, chosen, rejected);
  }

  private static List<Message> asked(JsonNode prompt) {
    if (prompt.isArray()) return messages(prompt, "prompt");
    if (!prompt.isTextual()) throw new InvalidInput("has a prompt that is neither text nor a list of messages");
    return List.of(new Message(Message.USER, prompt.textValue()));
  }

  /** Text, or the last of a list of messages. */
  private static String said(JsonNode n, String key) {
    if (!n.has(key)) throw new InvalidInput("has no '" + key + "'");
    String text = n.get(key).isArray() ? messages(n.get(key), key).getLast().content() : text(n, key);
    if (text.isBlank()) throw new InvalidInput("has an empty '" + key + "'");
    return text;
  }

  private static String instruction(JsonNode n) {
    String input = n.path("input").asText("");
    return input.isBlank() ? text(n, "instruction") : text(n, "instruction") + "\n\n" + input;
  }

  private static String text(JsonNode n, String key) {
    if (!n.path(key).isTextual()) throw new InvalidInput(n.has(key) ? "has a '" + key + "' that is not text" : "has no '" + key + "'");
    return n.get(key).textValue();
  }

  private static List<Message> messages(JsonNode list, String key) {
    if (!list.isArray() || list.isEmpty()) throw new InvalidInput("has " + key + " that are no list of messages");
    var out = new ArrayList<Message>();
    for (JsonNode m : list) {
      JsonNode who = m.has("role") ? m.get("role") : m.path("from");
      JsonNode what = m.has("content") ? m.get("content") : m.path("value");
      String role = ROLES.get(who.asText(""));
      if (role == null) throw new InvalidInput("has a message of role '" + who.asText("") + "'; roles are system, user and assistant");
      if (!what.isTextual()) throw new InvalidInput("has a message without text in 'content'");
      out.add(new Message(role, what.textValue()));
    }
    return out;
  }

  private static List<Message> with(List<Message> asked, String answer) {
    var out = new ArrayList<>(asked);
    out.add(answer(answer));
    return out;
  }

  private static Message answer(String text) {
    return new Message(Message.ASSISTANT, text);
  }
}
