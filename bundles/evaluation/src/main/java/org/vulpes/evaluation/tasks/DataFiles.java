package org.vulpes.evaluation.tasks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipFile;
import org.vulpes.slot.InvalidInput;

/** The files of a task below the folder that the user gave, plain, in gzip or in a zip. */
final class DataFiles {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEPTH = 6;

  private DataFiles() {}

  /** One file, or one entry of a zip. @param place for messages */
  record Text(String place, String name, byte[] bytes) {
    List<String> lines() {
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }

    /** The objects of a file with one on each line; of a file that is one list, its elements. */
    List<Line> json() {
      var out = new ArrayList<Line>();
      String all = new String(bytes, StandardCharsets.UTF_8);
      if (all.stripLeading().startsWith("[")) {
        JsonNode list = parse(all, place);
        for (int i = 0; i < list.size(); i++) out.add(new Line(place + ", element " + (i + 1), list.get(i)));
        return out;
      }
      int number = 0;
      for (String line : all.lines().toList()) {
        number++;
        if (!line.isBlank()) out.add(new Line(place + ":" + number, parse(line, place + ":" + number)));
      }
      return out;
    }

    private static JsonNode parse(String json, String place) {
      try {
        return JSON.readTree(json);
      } catch (JsonProcessingException e) {
        throw new InvalidInput(place + ": is not JSON (" + e.getOriginalMessage().lines().findFirst().orElse("") + "); get the file again.", e);
      }
    }
  }

  /** An object with its place. */
  record Line(String place, JsonNode node) {
    JsonNode need(String field) {
      JsonNode at = node;
      for (String name : field.split("\\.")) at = at.path(name);
      if (at.isMissingNode() || at.isNull()) throw new InvalidInput(place + ": has no field '" + field + "'; it is not in the layout that the task is published in.");
      return at;
    }

    String text(String field) {
      return need(field).asText();
    }

    InvalidInput wrong(String what) {
      return new InvalidInput(place + ": " + what);
    }
  }

  /** All files below the folder whose path matches, by name; entries of zips count as files below the zip. */
  static List<Text> all(Path folder, String path) {
    var pattern = Pattern.compile(path, Pattern.CASE_INSENSITIVE);
    var out = new ArrayList<Text>();
    try (var walk = Files.walk(folder, DEPTH)) {
      for (Path file : walk.filter(Files::isRegularFile).sorted(Comparator.comparing(Path::toString)).toList()) {
        String name = file.toAbsolutePath().normalize().toString().replace('\\', '/');
        if (name.endsWith(".zip")) entries(file, name, pattern, out);
        else if (pattern.matcher(name).find()) out.add(new Text(file.toString(), file.getFileName().toString(), read(file)));
      }
    } catch (IOException e) {
      throw new InvalidInput("Cannot read below " + folder + " (" + e.getMessage() + ").", e);
    }
    return out;
  }

  private static void entries(Path file, String name, Pattern pattern, List<Text> out) throws IOException {
    try (var zip = new ZipFile(file.toFile())) {
      var entries = zip.stream().filter(e -> !e.isDirectory() && !e.getName().startsWith("__MACOSX") && pattern.matcher(name + "/" + e.getName()).find())
          .sorted(Comparator.comparing(e -> e.getName())).toList();
      for (var e : entries) {
        try (InputStream in = zip.getInputStream(e)) {
          out.add(new Text(file + "!/" + e.getName(), e.getName().substring(e.getName().lastIndexOf('/') + 1), in.readAllBytes()));
        }
      }
    }
  }

  /** One entry of a zip. */
  static Text zipEntry(Path file, String name) {
    try (var zip = new ZipFile(file.toFile())) {
      var entry = zip.getEntry(name);
      if (entry == null) throw new InvalidInput(file + " has no " + name + "; it is another file than it should be.");
      try (InputStream in = zip.getInputStream(entry)) {
        return new Text(file + "!/" + name, name.substring(name.lastIndexOf('/') + 1), in.readAllBytes());
      }
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + " (" + e.getMessage() + ").", e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (!file.toString().endsWith(".gz")) return bytes;
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }
}
