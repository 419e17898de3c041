package org.vulpes.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/**
 * A safetensors file, mapped into memory: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes without gaps. F32,
 * BF16, F16 and F64 are read as floats; other types may stand in the file but not be read. Names come in alphabetical order.
 */
public final class SafetensorsFile implements TensorSource, AutoCloseable {
  /** The format's own limit. */
  private static final long MOST_HEADER = 100_000_000;
  private static final Map<String, Integer> BYTES = Map.ofEntries(Map.entry("BOOL", 1), Map.entry("U8", 1), Map.entry("I8", 1), Map.entry("F8_E4M3", 1),
      Map.entry("F8_E5M2", 1), Map.entry("I16", 2), Map.entry("U16", 2), Map.entry("F16", 2), Map.entry("BF16", 2), Map.entry("I32", 4),
      Map.entry("U32", 4), Map.entry("F32", 4), Map.entry("I64", 8), Map.entry("U64", 8), Map.entry("F64", 8));
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble F64 = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** @param from where its bytes start, counted from the end of the header */
  private record Entry(String type, long[] shape, long from, long to) {
    long length() {
      return (to - from) / BYTES.get(type);
    }
  }

  private final Path file;
  private final Arena arena;
  private final SortedMap<String, String> metadata = new TreeMap<>();
  private final SortedMap<String, Entry> entries = new TreeMap<>();
  private final MemorySegment data;

  private SafetensorsFile(Path file, Arena arena, MemorySegment whole) {
    this.file = file;
    this.arena = arena;
    if (whole.byteSize() < 8) throw damaged("is too short to be a safetensors file (" + whole.byteSize() + " bytes)");
    long header = whole.get(LENGTH, 0);
    if (header < 2 || header > MOST_HEADER || header > whole.byteSize() - 8) {
      throw damaged("says that its header has " + Long.toUnsignedString(header) + " bytes, which a file of " + whole.byteSize() + " bytes cannot hold");
    }
    this.data = whole.asSlice(8 + header);
    readHeader(JsonText.parse(whole.asSlice(8, header).toArray(ValueLayout.JAVA_BYTE), file + ": the header"));
    checkLayout();
  }

  /** @throws InvalidInput when the file is missing, unreadable, or anything but a whole, well-formed safetensors file */
  public static SafetensorsFile open(Path file) {
    Arena arena = Arena.ofShared();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new SafetensorsFile(file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
    } catch (NoSuchFileException e) {
      arena.close();
      throw new InvalidInput(file + " does not exist.", e);
    } catch (IOException e) {
      arena.close();
      throw new InvalidInput(file + " cannot be read: " + e.getMessage() + ".", e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private void readHeader(JsonNode header) {
    header.properties().forEach(field -> {
      if (field.getKey().equals("__metadata__")) {
        field.getValue().properties().forEach(m -> {
          if (!m.getValue().isTextual()) throw damaged("has metadata '" + m.getKey() + "' that is not text");
          metadata.put(m.getKey(), m.getValue().textValue());
        });
      } else {
        entries.put(field.getKey(), entry(field.getKey(), field.getValue()));
      }
    });
  }

  private Entry entry(String name, JsonNode node) {
    String type = node.path("dtype").asText();
    if (!BYTES.containsKey(type)) throw damaged("gives tensor '" + name + "' the unknown type '" + type + "'");
    long[] shape = wholes(name, node.path("shape"), "shape");
    long[] offsets = wholes(name, node.path("data_offsets"), "data_offsets");
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > data.byteSize()) {
      throw damaged("places tensor '" + name + "' at bytes " + node.path("data_offsets") + " of " + data.byteSize() + "; the file may be cut short");
    }
    try {
      long bytes = BYTES.get(type);
      for (long size : shape) bytes = Math.multiplyExact(bytes, size);
      if (bytes != offsets[1] - offsets[0]) throw damaged("gives tensor '" + name + "' " + (offsets[1] - offsets[0]) + " bytes, but its shape needs " + bytes);
    } catch (ArithmeticException e) {
      throw damaged("gives tensor '" + name + "' a shape beyond any memory");
    }
    return new Entry(type, shape, offsets[0], offsets[1]);
  }

  private long[] wholes(String name, JsonNode list, String key) {
    if (!list.isArray()) throw damaged("lacks '" + key + "' of tensor '" + name + "'");
    var out = new long[list.size()];
    for (int i = 0; i < out.length; i++) {
      if (!list.get(i).isIntegralNumber() || !list.get(i).canConvertToLong() || list.get(i).longValue() < 0) {
        throw damaged("has a wrong number in '" + key + "' of tensor '" + name + "'");
      }
      out[i] = list.get(i).longValue();
    }
    return out;
  }

  /** The tensors must fill the file, each byte once. */
  private void checkLayout() {
    var byPlace = new ArrayList<>(entries.entrySet());
    byPlace.sort(Comparator.comparingLong((Map.Entry<String, Entry> e) -> e.getValue().from()).thenComparingLong(e -> e.getValue().to()));
    long end = 0;
    for (var e : byPlace) {
      if (e.getValue().from() < end) throw damaged("lets tensor '" + e.getKey() + "' overlap another one");
      if (e.getValue().from() > end) throw damaged("has a gap before tensor '" + e.getKey() + "'");
      end = e.getValue().to();
    }
    if (end != data.byteSize()) throw damaged("has " + (data.byteSize() - end) + " bytes behind its last tensor");
  }

  private InvalidInput damaged(String what) {
    return new InvalidInput(file + " " + what + "; fetch or write it again.");
  }

  /** The texts under {@code __metadata__}. */
  public SortedMap<String, String> metadata() {
    return Collections.unmodifiableSortedMap(metadata);
  }

  @Override
  public String description() {
    return file.toString();
  }

  @Override
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public long[] shape(String name) {
    return entry(name).shape().clone();
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    Entry e = entry(name);
    Objects.checkFromIndexSize(offset, count, e.length());
    Objects.checkFromIndexSize(from, count, target.length);
    long at = e.from() + offset * BYTES.get(e.type());
    switch (e.type()) {
      case "F32" -> MemorySegment.copy(data, F32, at, target, from, count);
      case "F64" -> {
        for (int i = 0; i < count; i++) target[from + i] = (float) data.get(F64, at + 8L * i);
      }
      case "BF16" -> {
        for (int i = 0; i < count; i++) target[from + i] = Float.intBitsToFloat(data.get(HALF, at + 2L * i) << 16);
      }
      case "F16" -> {
        for (int i = 0; i < count; i++) target[from + i] = Float.float16ToFloat(data.get(HALF, at + 2L * i));
      }
      default -> throw new InvalidInput(file + ": tensor '" + name + "' is of type " + e.type() + "; weights must be F32, BF16, F16 or F64.");
    }
  }

  private Entry entry(String name) {
    Entry e = entries.get(name);
    if (e == null) throw new InvalidInput(file + " has no tensor '" + name + "'.");
    return e;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) arena.close();
  }
}
