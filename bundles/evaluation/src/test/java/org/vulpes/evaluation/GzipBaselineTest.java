package org.vulpes.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;

class GzipBaselineTest {

  @Test
  void agreesWithTheGzipProgram() {
    // for i in $(seq 1 500); do printf 'line %d of the text\n' $i; done | gzip -9n | wc -c: GNU gzip 1.12 gives 1174 for 10392 bytes.
    byte[] text = String.join("", IntStream.rangeClosed(1, 500).mapToObj(i -> "line " + i + " of the text\n").toList()).getBytes(StandardCharsets.US_ASCII);
    assertEquals(10392, text.length);
    assertEquals(8.0 * 1174 / 10392, GzipBaseline.bitsPerByte(Stream.of(text)), 0.02);
  }

  @Test
  void joinsDocumentsWithoutSeparators() {
    byte[] a = "one fox, two foxes, ".getBytes(StandardCharsets.US_ASCII);
    byte[] b = "three foxes and one more fox".getBytes(StandardCharsets.US_ASCII);
    byte[] both = "one fox, two foxes, three foxes and one more fox".getBytes(StandardCharsets.US_ASCII);
    assertEquals(GzipBaseline.bitsPerByte(Stream.of(both)), GzipBaseline.bitsPerByte(Stream.of(a, b)));
  }

  @Test
  void refusesNothing() {
    assertThrows(InvalidInput.class, () -> GzipBaseline.bitsPerByte(Stream.empty()));
  }
}
