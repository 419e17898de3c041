package org.vulpes.interchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/**
 * Writes tensors as a safetensors file of F32: names in alphabetical order and a header padded with spaces to 8 bytes, so that equal tensors
 * give equal bytes. Only a piece of a tensor is in memory at a time. The file appears under its name whole or not at all.
 */
public final class SafetensorsWriter {
  /** Elements that are written at once: 256 KiB. */
  private static final int CHUNK = 1 << 16;

  private SafetensorsWriter() {}

  /** @throws InvalidInput when the file cannot be written; what stood there before is then unchanged */
  public static void write(Path file, TensorSource source, Map<String, String> metadata) {
    Path whole = file.toAbsolutePath();
    Path part = whole.resolveSibling(whole.getFileName() + ".part");
    try {
      try (var channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
        List<String> names = source.names().stream().sorted().toList();
        drain(channel, ByteBuffer.wrap(header(source, names, metadata)));
        for (String name : names) writeTensor(channel, source, name);
        channel.force(true);
      }
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InvalidInput(file + " cannot be written: " + e.getMessage() + ".", e);
    } finally {
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        // The unfinished file stays under its own name, which nothing reads.
      }
    }
  }

  private static byte[] header(TensorSource source, List<String> names, Map<String, String> metadata) throws JsonProcessingException {
    ObjectNode header = JsonText.MAPPER.createObjectNode();
    if (!metadata.isEmpty()) new TreeMap<>(metadata).forEach(header.putObject("__metadata__")::put);
    long at = 0;
    for (String name : names) {
      ObjectNode entry = header.putObject(name).put("dtype", "F32");
      var shape = entry.putArray("shape");
      for (long size : source.shape(name)) shape.add(size);
      long end = Math.addExact(at, Math.multiplyExact(4, length(source, name)));
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = JsonText.MAPPER.writeValueAsBytes(header);
    int padded = (json.length + 7) / 8 * 8;
    var out = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
    while (out.hasRemaining()) out.put((byte) ' ');
    return out.array();
  }

  private static long length(TensorSource source, String name) {
    long n = 1;
    for (long size : source.shape(name)) n = Math.multiplyExact(n, size);
    return n;
  }

  private static void writeTensor(FileChannel channel, TensorSource source, String name) throws IOException {
    long length = length(source, name);
    var values = new float[CHUNK];
    var bytes = ByteBuffer.allocateDirect(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    for (long at = 0; at < length; at += CHUNK) {
      int n = (int) Math.min(CHUNK, length - at);
      source.read(name, at, values, 0, n);
      bytes.clear();
      bytes.asFloatBuffer().put(values, 0, n);
      drain(channel, bytes.limit(4 * n));
    }
  }

  private static void drain(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) channel.write(bytes);
  }
}
