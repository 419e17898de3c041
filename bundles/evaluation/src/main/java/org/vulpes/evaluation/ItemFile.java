package org.vulpes.evaluation;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.slot.InvalidInput;

/** Item results on disk: a line of JSON for each, so that models can be compared item by item later. */
public final class ItemFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ItemFile() {}

  /** Written under a temporary name and renamed. */
  public static void write(Path file, List<ItemResult> items) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path temporary = file.resolveSibling("." + file.getFileName() + ".part");
      try (var out = Files.newBufferedWriter(temporary)) {
        for (ItemResult i : items) {
          var line = new LinkedHashMap<String, Object>();
          line.put("task", i.task());
          line.put("id", i.id());
          line.put("cluster", i.cluster());
          if (!i.group().isEmpty()) line.put("group", i.group());
          line.put("metrics", i.metrics());
          line.putAll(i.answer());
          out.write(JSON.writeValueAsString(line));
          out.newLine();
        }
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** @throws InvalidInput when the file is missing or a line is not one that was written here */
  public static List<ItemResult> read(Path file) {
    var out = new ArrayList<ItemResult>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        var node = JSON.readTree(line);
        if (!node.has("task") || !node.has("id") || !node.has("metrics")) throw new InvalidInput(file + ":" + number + ": is not the result of an item; give a folder that 'eval' wrote.");
        TreeMap<String, Double> metrics = JSON.convertValue(node.get("metrics"), new TypeReference<>() {});
        Map<String, Object> answer = JSON.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
        answer.keySet().removeAll(List.of("task", "id", "cluster", "group", "metrics"));
        out.add(new ItemResult(node.get("task").asText(), node.get("id").asText(), node.path("cluster").asText(node.get("id").asText()), node.path("group").asText(""), metrics, answer));
      }
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + " (" + e.getMessage() + ").", e);
    }
    return out;
  }
}
