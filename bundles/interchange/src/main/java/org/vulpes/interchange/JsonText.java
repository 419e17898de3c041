package org.vulpes.interchange;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.vulpes.slot.InvalidInput;

/** Reads JSON of others strictly: bounded size and depth, no key twice, nothing behind the end. */
final class JsonText {
  static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonText() {}

  /** @param what the text is, to start a message: "model.safetensors: the header" */
  static JsonNode parse(byte[] text, String what) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (!node.isObject()) throw new InvalidInput(what + " must be a JSON object.");
      return node;
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new InvalidInput(what + " is not valid JSON" + (at == null ? "" : " (line " + at.getLineNr() + ")") + ": " + e.getOriginalMessage() + ".", e);
    } catch (IOException e) {
      throw new InvalidInput(what + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  static byte[] read(Path file, long mostBytes) {
    try {
      if (Files.isDirectory(file)) throw new InvalidInput(file + " is a folder; a file is needed.");
      long size = Files.size(file);
      if (size > mostBytes) throw new InvalidInput(file + " has " + size + " bytes; more than " + mostBytes + " are not read.");
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInput(file + " does not exist.", e);
    } catch (IOException e) {
      throw new InvalidInput(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }
}
