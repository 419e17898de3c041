package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

class SafetensorsTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadBack() {
    var tensors = new Memory(Map.of("b", new float[] {1, -2.5f, Float.MIN_VALUE, 3e38f, 0, -0f}, "a.weight", new float[70_001]));
    for (int i = 0; i < 70_001; i++) tensors.values.get("a.weight")[i] = i * 0.5f;
    Path file = folder.resolve("x.safetensors");
    SafetensorsWriter.write(file, tensors, Map.of("step", "12", "format", "pt"));
    try (var read = SafetensorsFile.open(file)) {
      assertEquals(List.of("a.weight", "b"), read.names());
      assertEquals(Map.of("step", "12", "format", "pt"), read.metadata());
      assertArrayEquals(new long[] {70_001}, read.shape("a.weight"));
      for (String name : read.names()) {
        float[] want = tensors.values.get(name);
        var have = new float[want.length];
        read.read(name, 0, have, 0, have.length);
        assertArrayEquals(want, have);
      }
      var part = new float[4];
      read.read("b", 1, part, 1, 3);
      assertArrayEquals(new float[] {0, -2.5f, Float.MIN_VALUE, 3e38f}, part);
      assertThrows(IndexOutOfBoundsException.class, () -> read.read("b", 4, part, 0, 3));
    }
    assertFalse(Files.exists(folder.resolve("x.safetensors.part")));
  }

  @Test
  void theHeaderIsPaddedAndTheBytesDependOnTheTensorsAlone() throws IOException {
    SafetensorsWriter.write(folder.resolve("1"), new Memory(Map.of("q", new float[] {1}, "p", new float[] {2})), Map.of("k", "v", "a", "b"));
    SafetensorsWriter.write(folder.resolve("2"), new Memory(new TreeMap<>(Map.of("p", new float[] {2}, "q", new float[] {1}))), new TreeMap<>(Map.of("a", "b", "k", "v")));
    byte[] bytes = Files.readAllBytes(folder.resolve("1"));
    assertArrayEquals(bytes, Files.readAllBytes(folder.resolve("2")));
    long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, header % 8);
    assertEquals("{\"__metadata__\":{\"a\":\"b\",\"k\":\"v\"},\"p\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        + "\"q\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", new String(bytes, 8, (int) header, StandardCharsets.UTF_8).strip());
    assertEquals(header + 8 + 8, bytes.length);
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.writeString(file, "old");
    var broken = new Memory(Map.of("a", new float[] {1})) {
      @Override
      public void read(String name, long offset, float[] target, int from, int count) {
        throw new IllegalStateException("device lost");
      }
    };
    assertThrows(IllegalStateException.class, () -> SafetensorsWriter.write(file, broken, Map.of()));
    assertEquals("old", Files.readString(file));
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
      // 1.5, -2, smallest subnormal; from the formats' definitions
      "F16, '003E 00C0 0100', 1.5, -2, 5.9604645E-8",
      "BF16, 'C03F 00C0 0100', 1.5, -2, 9.1835E-41",
      "F32, '0000C03F 000000C0 01000000', 1.5, -2, 1.4E-45",
      "F64, '000000000000F83F 00000000000000C0 0000000000000000', 1.5, -2, 0"})
  void smallerAndLargerFloatsAreReadAsFloats(String type, String hex, float a, float b, float c) throws IOException {
    byte[] data = HexFormat.of().parseHex(hex.replace(" ", ""));
    write("{\"t\":{\"dtype\":\"" + type + "\",\"shape\":[3],\"data_offsets\":[0," + data.length + "]}}", data);
    try (var file = SafetensorsFile.open(folder.resolve("t"))) {
      var out = new float[3];
      file.read("t", 0, out, 0, 3);
      assertArrayEquals(new float[] {a, b, c}, out);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "overlap | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
      "gap | {'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
      "behind its last tensor | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}",
      "cut short | {'a':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}}",
      "places tensor | {'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}",
      "its shape needs 12 | {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}",
      "beyond any memory | {'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}}",
      "unknown type 'F31' | {'a':{'dtype':'F31','shape':[2],'data_offsets':[0,8]}}",
      "wrong number in 'shape' | {'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}",
      "wrong number in 'data_offsets' | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8.0]}}",
      "lacks 'shape' | {'a':{'dtype':'F32','data_offsets':[0,8]}}",
      "Duplicate field 'a' | {'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
      "not text | {'__metadata__':{'n':1},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}",
      "JSON object | []",
      "not valid JSON | {'a':"})
  void aDamagedFileIsRefusedInOneSentence(String says, String header) throws IOException {
    write(header.replace('\'', '"'), new byte[8]);
    String message = assertThrows(InvalidInput.class, () -> SafetensorsFile.open(folder.resolve("t"))).getMessage();
    assertTrue(message.contains(says), message);
    assertTrue(message.startsWith(folder.resolve("t").toString()), message);
  }

  @Test
  void aWrongHeaderLengthIsRefused() throws IOException {
    for (long length : new long[] {-1, 0, 3, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Files.write(folder.resolve("t"), ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put((byte) '{').put((byte) '}').array());
      assertThrows(InvalidInput.class, () -> SafetensorsFile.open(folder.resolve("t")), "length " + length);
    }
    Files.write(folder.resolve("t"), new byte[5]);
    assertThrows(InvalidInput.class, () -> SafetensorsFile.open(folder.resolve("t")));
    assertThrows(InvalidInput.class, () -> SafetensorsFile.open(folder.resolve("absent")));
    assertThrows(InvalidInput.class, () -> SafetensorsFile.open(folder));
  }

  @Test
  void anyAlteredHeaderEitherReadsOrIsRefused() throws IOException {
    Path good = Path.of("src/test/resources/golden/fox-1/model.safetensors");
    byte[] bytes = Files.readAllBytes(good);
    int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    var random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] altered = bytes.clone();
      if (i % 3 == 0) altered = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      else altered[random.nextInt(8 + header)] ^= (byte) (1 << random.nextInt(8));
      Files.write(folder.resolve("t"), altered);
      try (var file = SafetensorsFile.open(folder.resolve("t"))) {
        for (String name : file.names()) file.shape(name);
      } catch (InvalidInput expected) {
        refused++;
      }
    }
    assertTrue(refused > 100, "refused " + refused);
  }

  @Test
  void shardsAreReadAsOneAndMustLieBesideTheIndex() throws IOException {
    SafetensorsWriter.write(folder.resolve("s1.safetensors"), new Memory(Map.of("a", new float[] {1})), Map.of());
    SafetensorsWriter.write(folder.resolve("s2.safetensors"), new Memory(Map.of("b", new float[] {2, 3})), Map.of());
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"s1.safetensors\",\"b\":\"s2.safetensors\"}}");
    try (var both = WeightFolder.open(folder)) {
      assertEquals(List.of("a", "b"), both.names());
      var out = new float[1];
      both.read("b", 1, out, 0, 1);
      assertEquals(3, out[0]);
    }
    for (String bad : List.of("../s1.safetensors", "/etc/passwd", "..", "a/b", "")) {
      Files.writeString(index, "{\"weight_map\":{\"a\":\"" + bad + "\"}}");
      assertThrows(InvalidInput.class, () -> WeightFolder.open(folder), bad);
    }
    Files.writeString(index, "{\"weight_map\":{\"a\":\"s1.safetensors\",\"c\":\"s2.safetensors\"}}");
    assertThrows(InvalidInput.class, () -> WeightFolder.open(folder));
  }

  private void write(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("t"), ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data).array());
  }

  /** Vectors in memory. */
  private static class Memory implements TensorSource {
    final SortedMap<String, float[]> values;

    Memory(Map<String, float[]> values) {
      this.values = new TreeMap<>(values);
    }

    @Override
    public String description() {
      return "memory";
    }

    @Override
    public List<String> names() {
      return List.copyOf(values.keySet());
    }

    @Override
    public long[] shape(String name) {
      return new long[] {values.get(name).length};
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      System.arraycopy(values.get(name), (int) offset, target, from, count);
    }
  }
}
