package org.vulpes.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.slot.InvalidInput;

/**
 * A file of JSON lines that only grows. A line that a kill cut in two is dropped when the file is opened again: its event is repeated by the
 * resumed run.
 */
final class RunJournal implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  private final Path file;
  private final FileChannel channel;

  private RunJournal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens for appending and first drops what a resumed run will write again.
   *
   * @param lastStep lines with a larger "step" are dropped; Long.MAX_VALUE: none
   */
  static RunJournal open(Path file, long lastStep) {
    try {
      if (Files.exists(file)) {
        List<Map<String, Object>> all = read(file);
        var kept = all.stream().filter(l -> !(l.get("step") instanceof Number n) || n.longValue() <= lastStep).toList();
        var text = new StringBuilder();
        for (var l : kept) text.append(line(l));
        if (text.length() != Files.size(file) || kept.size() != all.size()) Durable.write(file, text.toString());
      }
      Files.createDirectories(file.toAbsolutePath().getParent());
      return new RunJournal(file, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  /** The whole lines of a file; an unfinished last one is left out. @throws InvalidInput when another line is not JSON */
  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> read(Path file) {
    try {
      String text = Files.readString(file);
      var out = new java.util.ArrayList<Map<String, Object>>();
      int number = 0;
      for (int at = 0, end; (end = text.indexOf('\n', at)) >= 0; at = end + 1) {
        number++;
        String line = text.substring(at, end);
        if (line.isBlank()) continue;
        try {
          out.add(JSON.readValue(line, TreeMap.class));
        } catch (JsonProcessingException e) {
          throw new InvalidInput(file + ":" + number + ": this line is not JSON; the file was altered. Delete the run's folder to train it again.", e);
        }
      }
      return out;
    } catch (CharacterCodingException e) {
      throw new InvalidInput(file + " is not UTF-8 text; the file was altered. Delete the run's folder to train it again.", e);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }

  /** An event as a line, its end included. */
  static String line(Map<String, Object> event) {
    try {
      return JSON.writeValueAsString(event) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the file ends now; from the thread that writes it. */
  long mark() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  /** Drops what was written since {@link #mark}. */
  synchronized void dropAfter(long mark) {
    try {
      channel.truncate(mark);
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  /** From any thread: lines never run into each other. */
  synchronized void write(Map<String, Object> event) {
    try {
      var bytes = ByteBuffer.wrap(line(event).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) channel.write(bytes);
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  /** Makes everything written so far survive a power cut. */
  void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
  }
}
