package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionGradient;

class AttentionKernelsTest {
  @AfterAll
  static void figures() {
    Figures.print();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 16, 20, 32, 64, 128, 256})
  void everyHeadDimFollowsFloat64(int headDim) {
    check(2, 37, 4, 2, headDim, 0, new int[2 * 37]);
    check(1, 150, 2, 1, headDim, 0, documents(1, 150, 31));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 31, 33, 64, 127, 128, 129, 300})
  void everyLengthFollowsFloat64(int time) {
    check(2, time, 8, 2, 16, 0, new int[2 * time]);
    check(1, time, 3, 1, 16, 0, documents(1, time, 13));
  }

  @Test
  void headsMayShareKeysOrNot() {
    for (int[] h : new int[][] {{1, 1}, {4, 4}, {8, 2}, {8, 1}, {6, 2}, {5, 1}}) {
      check(2, 70, h[0], h[1], 16, 0, new int[140]);
      check(2, 70, h[0], h[1], 20, 0, documents(2, 70, 11));
    }
  }

  @Test
  void windowsLimitWhatIsSeen() {
    for (int window : new int[] {1, 2, 16, 40, 500}) {
      check(1, 200, 4, 2, 16, window, new int[200]);
      check(1, 200, 4, 1, 32, window, documents(1, 200, 60));
    }
  }

  @Test
  void longRowsAreRescaledFromChunkToChunk() {
    check(1, 700, 4, 1, 16, 0, new int[700]);
    check(1, 700, 2, 2, 32, 0, documents(1, 700, 333));
  }

  @Test
  void largeScoresDoNotOverflow() {
    int[] visible = documents(1, 260, 90);
    var forward = new KernelCheck(new Attention(2, 1, 16, 5.0, 0), 3).scaled(3, 1, 260, 32).scaled(3, 1, 260, 16).random(1, 260, 16)
        .integers(visible, 1, 260).gives(1, 260, 32).gives(1, 260, 2);
    forward.run();
  }

  @Test
  void aRowThatSeesOnlyItselfGivesItsOwnValue() {
    int time = 45;
    int[] visible = new int[time];
    for (int t = 0; t < time; t++) visible[t] = t;
    var check = new KernelCheck(new Attention(2, 1, 6, 0.4, 0), 3).random(1, time, 12).random(1, time, 6).random(1, time, 6).integers(visible, 1, time)
        .gives(1, time, 12).gives(1, time, 2);
    float[][] y = check.run();
    for (int t = 0; t < time; t++) for (int j = 0; j < 12; j++) assertEquals((float) check.input(2)[t * 6 + j % 6], y[0][t * 12 + j]);
    check(1, time, 2, 1, 6, 7, visible(time));
  }

  /** Every other row sees only itself. */
  private static int[] visible(int time) {
    int[] v = new int[time];
    for (int t = 0; t < time; t++) v[t] = t % 2 == 0 ? t : 0;
    return v;
  }

  /** Documents of random lengths up to the given one. */
  private static int[] documents(int batch, int time, int longest) {
    var random = new Random(longest);
    int[] v = new int[batch * time];
    for (int b = 0; b < batch; b++) {
      for (int t = 0, start = 0, end = 0; t < time; t++) {
        if (t == end) {
          start = t;
          end = t + 1 + random.nextInt(longest);
        }
        v[b * time + t] = start;
      }
    }
    return v;
  }

  private static void check(int batch, int time, int heads, int kvHeads, int headDim, int window, int[] visible) {
    double scale = 1 / Math.sqrt(headDim);
    long seed = 31L * time + headDim;
    int width = heads * headDim, narrow = kvHeads * headDim;
    var forward = new KernelCheck(new Attention(heads, kvHeads, headDim, scale, window), seed)
        .scaled(1.5, batch, time, width).scaled(1.5, batch, time, narrow).random(batch, time, narrow).integers(visible, batch, time)
        .gives(batch, time, width).gives(batch, time, heads).shifted(time % 3);
    forward.run();
    double[] out = new double[batch * time * width], lse = new double[batch * time * heads];
    Float64.define(new Attention(heads, kvHeads, headDim, scale, window), new double[][] {forward.input(0), forward.input(1), forward.input(2), forward.input(3)},
        new int[][] {forward.inputShape(0), forward.inputShape(1), forward.inputShape(2), forward.inputShape(3)}, new double[][] {out, lse},
        new int[][] {{batch, time, width}, {batch, time, heads}});
    new KernelCheck(new AttentionGradient(heads, kvHeads, headDim, scale, window), seed)
        .values(forward.input(0), batch, time, width).values(forward.input(1), batch, time, narrow).values(forward.input(2), batch, time, narrow)
        .integers(visible, batch, time).values(out, batch, time, width).values(lse, batch, time, heads).random(batch, time, width)
        .gives(batch, time, width).gives(batch, time, narrow).gives(batch, time, narrow).shifted(time % 3).run();
  }
}
