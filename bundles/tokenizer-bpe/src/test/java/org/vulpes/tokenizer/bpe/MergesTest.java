package org.vulpes.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergesTest {

  /** The definition: join the leftmost pair of the lowest rank until there is none. Of equal pairs the last rank holds. */
  private static List<Integer> byDefinition(int[] triples, int[] word) {
    var ids = new ArrayList<Integer>();
    for (int id : word) ids.add(id);
    while (true) {
      int best = Integer.MAX_VALUE;
      int at = -1;
      for (int i = 0; i + 1 < ids.size(); i++) {
        for (int rank = triples.length / 3 - 1; rank >= 0; rank--) {
          if (triples[3 * rank] != ids.get(i) || triples[3 * rank + 1] != ids.get(i + 1)) continue;
          if (rank < best) {
            best = rank;
            at = i;
          }
          break;
        }
      }
      if (at < 0) return ids;
      ids.set(at, triples[3 * best + 2]);
      ids.remove(at + 1);
    }
  }

  @Test
  void shortAndLongWordsAreJoinedByTheDefinition() {
    var random = new Random(5);
    for (int round = 0; round < 400; round++) {
      int letters = 1 + random.nextInt(4);
      int count = random.nextInt(30);
      var triples = new int[3 * count];
      for (int m = 0; m < count; m++) {
        triples[3 * m] = random.nextInt(letters + m);
        triples[3 * m + 1] = random.nextInt(letters + m);
        triples[3 * m + 2] = letters + m;
      }
      int[] word = random.ints(random.nextInt(120), 0, letters).toArray();
      int[] ids = word.clone();
      int n = new Merges(triples).apply(ids, ids.length);
      assertEquals(byDefinition(triples, word), Arrays.stream(ids, 0, n).boxed().toList());
    }
  }
}
