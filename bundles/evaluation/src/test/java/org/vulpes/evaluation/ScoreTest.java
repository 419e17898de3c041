package org.vulpes.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreTest {
  @TempDir Path folder;

  @Test
  void withoutSharedPassagesTheErrorIsTheSampleDeviationOverTheRootOfItems() {
    Score s = Score.of(List.of(1.0, 0.0, 1.0, 1.0, 0.0), List.of("a", "b", "c", "d", "e"));
    assertEquals(0.6, s.mean(), 1e-12);
    // R: sd(c(1,0,1,1,0)) / sqrt(5)
    assertEquals(0.244948974278318, s.standardError(), 1e-12);
  }

  @Test
  void itemsThatShareAPassageCountAsOne() {
    // Two passages with all right and all wrong tell as much as two items, not as twenty.
    var values = new ArrayList<Double>();
    var clusters = new ArrayList<String>();
    for (int i = 0; i < 20; i++) {
      values.add(i < 10 ? 1.0 : 0.0);
      clusters.add(i < 10 ? "a" : "b");
    }
    Score s = Score.of(values, clusters);
    assertEquals(0.5, s.standardError(), 1e-12);
    assertEquals(2, s.clusters());
    assertTrue(Double.isNaN(Score.of(List.of(1.0, 0.0), List.of("a", "a")).standardError()));
  }

  @Test
  void passAtKIsTheShareOfSubsetsWithARightSample() {
    for (int n = 1; n <= 8; n++) {
      for (int c = 0; c <= n; c++) {
        for (int k = 1; k <= n; k++) {
          int size = k, right = c;
          double subsets = IntStream.range(0, 1 << n).filter(s -> Integer.bitCount(s) == size).count();
          double hits = IntStream.range(0, 1 << n).filter(s -> Integer.bitCount(s) == size && (s & (1 << right) - 1) != 0).count();
          assertEquals(hits / subsets, Score.passAt(k, n, c), 1e-12, k + " of " + n + ", " + c + " right");
        }
      }
    }
  }

  @Test
  void ratiosOfTextsAreOfSums() {
    var items = List.of(passage("a", 10 * Math.log(2), 10), passage("b", 60 * Math.log(2), 30));
    var scores = TaskScores.of(items);
    assertEquals(70.0 / 40, scores.get("bits_per_byte").mean(), 1e-12);
    assertEquals(Math.pow(2, 70.0 / 40), scores.get("byte_perplexity").mean(), 1e-12);
    // Of the linearised ratio by hand: residuals ∓7.5, sqrt(2/1 · 2 · 7.5²) / 40.
    assertEquals(15.0 / 40, scores.get("bits_per_byte").standardError(), 1e-12);
  }

  private static ItemResult passage(String id, double nats, double bytes) {
    return new ItemResult("text", id, id, "", new TreeMap<>(Map.of("nats", nats, "bytes", bytes, "words", bytes / 5, "tokens", bytes / 2)), Map.of());
  }

  @Test
  void modelsAreComparedItemByItemThroughFiles() {
    var a = List.of(item("1", 1), item("2", 0), item("3", 1), item("4", 0));
    var b = List.of(item("4", 1), item("3", 1), item("2", 1), item("9", 0));
    ItemFile.write(folder.resolve("a.jsonl"), a);
    ItemFile.write(folder.resolve("b.jsonl"), b);
    var pair = PairedItems.of(ItemFile.read(folder.resolve("a.jsonl")), ItemFile.read(folder.resolve("b.jsonl")), "acc");
    assertEquals(3, pair.difference().items());
    assertEquals(1 / 3.0, pair.first(), 1e-12);
    assertEquals(1, pair.second(), 1e-12);
    assertEquals(2 / 3.0, pair.difference().mean(), 1e-12);
    assertEquals(0, pair.onlyFirst());
    assertEquals(2, pair.onlySecond());
    assertNull(PairedItems.of(a, b, "acc_norm"));
  }

  private static ItemResult item(String id, double acc) {
    return new ItemResult("t", id, id, "", new TreeMap<>(Map.of("acc", acc)), Map.of());
  }
}
