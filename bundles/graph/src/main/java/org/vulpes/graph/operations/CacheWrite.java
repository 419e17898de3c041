package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * Stores keys or values of new tokens in a cache of slots, one sequence each.
 *
 * <p>Inputs: cache, x [rows, time, width], plan [entries, 4] I32. An entry of the plan is (row, slot, place, count): the first {@code count}
 * tokens of x's row go to the places {@code place, place + 1, …} of the slot. Several entries may read one row (samples that share a prompt), no two may write one slot;
 * count 0 writes nothing. A cache is a ring: place p lies at p modulo its capacity, and of tokens that would lie at the same place the last stays.
 *
 * <p>The cache of values is [slots, capacity, width]. That of keys ({@code blocked}) is [slots, capacity/16, width, 16]: sixteen places side by side, so that
 * scores of sixteen keys are sums of whole vectors. Output like the cache; may run in place.
 */
public record CacheWrite(boolean blocked) implements Operation {
  /** Places that lie side by side in a cache of keys. */
  public static final int BLOCK = 16;

  @Override
  public String name() {
    return "cache-write";
  }

  @Override
  public String family() {
    return "attention";
  }

  @Override
  public DType inputType(int input) {
    return input == 2 ? DType.I32 : DType.F32;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "cache", "x", "plan");
    Expect.rank(inputs, 0, "cache", blocked ? 4 : 3);
    Expect.rank(inputs, 1, "x", 3);
    Expect.rank(inputs, 2, "plan", 2);
    Shape cache = inputs.get(0), x = inputs.get(1);
    Expect.that(cache.axis(2).size() == x.last().size(), x.last() + " of x does not match " + cache.axis(2) + " of cache " + cache);
    Expect.that(!blocked || cache.last().size() == BLOCK, "a cache of keys has blocks of " + BLOCK + " places, but got " + cache);
    Expect.that(inputs.get(2).last().size() == 4, "an entry of the plan has 4 numbers, but got " + inputs.get(2));
    return List.of(cache);
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    return 0;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    double[] x = inputs[1], plan = inputs[2], cache = outputs[0];
    int slots = inputShapes[0][0], width = inputShapes[1][2], rows = inputShapes[1][0], time = inputShapes[1][1];
    int capacity = inputShapes[0][1] * (blocked ? BLOCK : 1);
    System.arraycopy(inputs[0], 0, cache, 0, cache.length);
    for (int e = 0; e < plan.length; e += 4) {
      int row = (int) plan[e], slot = (int) plan[e + 1], place = (int) plan[e + 2], count = (int) plan[e + 3];
      if (count == 0) continue;
      if (row < 0 || row >= rows || slot < 0 || slot >= slots || place < 0 || count < 0 || count > time) {
        throw new IllegalArgumentException("cache-write: entry (" + row + ", " + slot + ", " + place + ", " + count + ") does not fit " + rows + " rows of " + time
            + " tokens and " + slots + " slots.");
      }
      for (int t = 0; t < count; t++) {
        for (int c = 0; c < width; c++) cache[at(slot, (place + t) % capacity, c, width, capacity)] = x[(row * time + t) * width + c];
      }
    }
  }

  private int at(int slot, int place, int column, int width, int capacity) {
    return blocked ? ((slot * (capacity / BLOCK) + place / BLOCK) * width + column) * BLOCK + place % BLOCK : (slot * capacity + place) * width + column;
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    throw new UnsupportedOperationException("a cache of keys and values serves generation, which has no gradient");
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }
}
