package org.vulpes.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeContainer;

class ValidationTest {
  private static final int END = 256;
  private static Validation validation;

  @BeforeContainer
  static void store() throws java.io.IOException {
    validation = new Validation(Texts.random(1, 80, 40, "prose").store(java.nio.file.Files.createTempDirectory(Path.of("target"), "cache"), CorpusSpec.ALL, 2500));
  }

  /** What a prediction sees and what it should say: the inputs from its first visible one on, then the target. */
  private static List<String> predictions(List<Batch> batches) {
    var out = new ArrayList<String>();
    for (Batch b : batches) {
      for (int i = 0; i < b.tokens().length; i++) {
        if (b.weight()[i] == 0) {
          assertEquals(Batch.IGNORED, b.targets()[i]);
          assertEquals(i % b.length(), b.firstVisible()[i]);
          continue;
        }
        assertEquals(1f, b.weight()[i]);
        var seen = new ArrayList<Integer>();
        for (int p = i - i % b.length() + b.firstVisible()[i]; p <= i; p++) seen.add(b.tokens()[p]);
        out.add(seen + " " + b.targets()[i]);
      }
    }
    return out.stream().sorted().toList();
  }

  @Property(tries = 60)
  void everyTokenIsPredictedOnceFromItsOwnDocumentAlone(@ForAll @IntRange(min = 1, max = 6) int sequences, @ForAll @IntRange(min = 2, max = 300) int length) {
    var expected = new ArrayList<String>();
    validation.texts("prose").forEach(text -> {
      int[] ids = new Texts.Pairs().encode(new String(text, StandardCharsets.UTF_8));
      for (int i = 0; i < ids.length; i++) {
        var seen = new ArrayList<Integer>();
        for (int p = i - i % length; p <= i; p++) seen.add(p == 0 ? END : ids[p - 1]);
        expected.add(seen + " " + ids[i]);
      }
    });
    List<Batch> batches = validation.batches("prose", sequences, length);
    assertEquals(expected.stream().sorted().toList(), predictions(batches));
    assertEquals(validation.bytes("prose"), batches.stream().mapToLong(Batch::bytes).sum());
    assertEquals(validation.bytes("prose"), validation.texts("prose").mapToLong(t -> t.length).sum());
    for (Batch b : batches) assertEquals(sequences * length, b.tokens().length);
  }

  /** The guarantee of best fit: sequences are more than half full on average. */
  @Property(tries = 20)
  void noTwoSequencesCouldShareOne(@ForAll @IntRange(min = 64, max = 300) int length) {
    int[] used = validation.batches("prose", 1, length).stream().mapToInt(Batch::predictions).sorted().toArray();
    assertTrue(used[0] + used[1] > length, used[0] + " and " + used[1] + " in " + length);
  }
}
