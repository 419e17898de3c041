package org.vulpes.objective.logits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;

class StoredLogitsTest {
  @TempDir Path folder;

  private static float[] logits(Random random, int rows, int vocabulary) {
    var out = new float[rows * vocabulary];
    for (int i = 0; i < out.length; i++) out[i] = (float) (3 * random.nextGaussian());
    return out;
  }

  @Property(tries = 60)
  void whatWasPackedIsUnpacked(@ForAll @IntRange(min = 0, max = 9) int positions, @ForAll @IntRange(min = 1, max = 300) int vocabulary, @ForAll @IntRange(min = 0, max = 299) int fewer, @ForAll long seed)
      throws Exception {
    int top = Math.max(1, vocabulary - fewer);
    TopRow row = TopRow.of(logits(new Random(seed), positions, vocabulary), IntStream.range(0, positions).toArray(), vocabulary, top, 1.5);
    TopRow exact = TopRow.unpack(row.pack(top, 32), positions, top, vocabulary, 32);
    assertArrayEquals(row.ids(), exact.ids());
    assertArrayEquals(row.logarithms(), exact.logarithms());
    TopRow half = TopRow.unpack(row.pack(top, 16), positions, top, vocabulary, 16);
    for (int i = 0; i < row.logarithms().length; i++) assertEquals(row.logarithms()[i], half.logarithms()[i], Math.abs(row.logarithms()[i]) / 2048, "11 bits");
  }

  @Test
  void keepsTheLikeliestAndWhatIsLeft() {
    TopRow row = TopRow.of(new float[] {9, 9, 9, 9, 9, (float) Math.log(1), (float) Math.log(5), (float) Math.log(2), (float) Math.log(1), (float) Math.log(1)}, new int[] {1}, 5, 2, 1);
    assertArrayEquals(new int[] {1, 2}, row.ids());
    assertArrayEquals(new float[] {(float) Math.log(0.5), (float) Math.log(0.2), (float) Math.log(0.3)}, row.logarithms(), 1e-6f);
    // exp(2 log x / 2) again: at temperature 2 the roots of 1 5 2 1 1 share one.
    double sum = 3 + Math.sqrt(5) + Math.sqrt(2);
    row = TopRow.of(new float[] {0, (float) Math.log(5), (float) Math.log(2), 0, 0}, new int[] {0}, 5, 1, 2);
    assertArrayEquals(new float[] {(float) Math.log(Math.sqrt(5) / sum), (float) Math.log((3 + Math.sqrt(2)) / sum)}, row.logarithms(), 1e-6f);
    // What is left beside a sure token is not lost in one less that.
    row = TopRow.of(new float[] {40, 0, 0}, new int[] {0}, 3, 1, 1);
    assertEquals(Math.log(2) - 40, row.logarithms()[1], 1e-5);
  }

  private static final Origin ORIGIN = new Origin("runs/t", "w", "f", 50, "d", 7, 6, 1, 16, 0);

  private static Place place(int length, int from) {
    return new Place(IntStream.range(from, from + length).toArray(), new int[length], learned(length));
  }

  private static boolean[] learned(int length) {
    var out = new boolean[length];
    for (int i = 0; i < length; i++) out[i] = i % 3 != 1;
    return out;
  }

  private Path write(int rows) {
    Path file = StoredLogits.file(folder, 7);
    try (var writer = new LogitWriter(file, ORIGIN)) {
      for (int r = 0; r < rows; r++) writer.add(place(8 + r, r), said(r));
      writer.finish(1e9);
    }
    return file;
  }

  private static TopRow said(int r) {
    int positions = place(8 + r, r).positions();
    return TopRow.of(logits(new Random(r), positions, 50), IntStream.range(0, positions).toArray(), 50, 6, 1);
  }

  @Test
  void rowsAreFoundInAnyOrderAndMustBeOfTheSameText() {
    StoredLogits stored = StoredLogits.open(write(5)).verify();
    assertEquals(5, stored.rows());
    assertEquals(ORIGIN.with(1e9), stored.origin());
    for (int r : new int[] {4, 0, 2}) assertArrayEquals(said(r).ids(), stored.row(r, place(8 + r, r)).ids());
    assertTrue(message(() -> stored.row(2, place(10, 3))).contains("Sequence 3 of " + folder.resolve("seed-7.logits") + " is another text"));
    Place seen = place(10, 2);
    seen.firstVisible()[4] = 4;
    assertTrue(message(() -> stored.row(2, seen)).contains("other positions of it"));
    assertTrue(message(() -> stored.row(2, place(12, 2))).contains("has 10 tokens, that of the run 12"));
    assertTrue(message(() -> stored.row(5, place(13, 5))).contains("holds 5 sequences, and the run asks for one more"));
  }

  @Test
  void aBitThatIsAnotherIsRefusedAndNothingHalfWrittenIsLeft() throws Exception {
    Path file = write(3);
    byte[] bytes = Files.readAllBytes(file);
    for (int at : new int[] {40, bytes.length / 2, bytes.length - 50, bytes.length - 1}) {
      bytes[at] ^= 4;
      Files.write(file, bytes);
      assertTrue(message(() -> StoredLogits.open(file).verify()).contains("is damaged; delete it and write it again"));
      bytes[at] ^= 4;
    }
    Files.writeString(file, "something else, long enough to be looked at as if it were one of these files");
    assertTrue(message(() -> StoredLogits.open(file)).contains("holds no stored logits"));
    Files.delete(file);
    try (var writer = new LogitWriter(file, ORIGIN)) {
      writer.add(place(8, 0), said(0));
    }
    try (var left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  private static String message(Runnable r) {
    return assertThrows(InvalidInput.class, r::run).getMessage();
  }
}
