package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.vulpes.graph.operations.LayerNorm;
import org.vulpes.graph.operations.LayerNormGradient;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.operations.RmsNormGradient;

/**
 * RMS norm and layer norm. A group of columns that is normalised by itself is a row here: rows of one group, one after the other, are the same memory.
 * Gradients of weights are summed by blocks of rows, then over the blocks in order.
 */
final class NormKernels {
  private NormKernels() {}

  static void register(KernelTable table) {
    table.with(RmsNorm.class, (RmsNorm k, Call call) -> new Work[] {rmsNorm(k, call)})
        .with(RmsNormGradient.class, (RmsNormGradient k, Call call) -> rmsNormGradient(k, call))
        .with(LayerNorm.class, (LayerNorm k, Call call) -> new Work[] {layerNorm(k, call)})
        .with(LayerNormGradient.class, (k, call) -> layerNormGradient(call));
  }

  private static Work rmsNorm(RmsNorm k, Call call) {
    long x = call.in(0), weight = call.in(1), y = call.out(0), inverse = call.out(1);
    int width = (int) call.input(1).length();
    float one = k.offset() ? 1 : 0;
    return new RowBlocks(call.input(0).length() / width, width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        for (long r = first; r < first + count; r++) {
          long row = x + 4 * r * width;
          float i = (float) (1 / Math.sqrt(BlockSum.dot(row, row, width) / (double) width + k.epsilon()));
          Memory.set(inverse + 4 * r, i);
          scale(row, weight, y + 4 * r * width, width, i, one);
        }
      }
    };
  }

  /** y = x · i · (one + w). */
  private static void scale(long x, long weight, long y, int width, float i, float one) {
    int j = 0;
    for (; j + LANES <= width; j += LANES) store(load(x + 4L * j).mul(i).mul(load(weight + 4L * j).add(one)), y + 4L * j);
    if (j < width) {
      VectorMask<Float> m = first(width - j);
      store(load(x + 4L * j, m).mul(i).mul(load(weight + 4L * j, m).add(one)), y + 4L * j, m);
    }
  }

  private static Work[] rmsNormGradient(RmsNormGradient k, Call call) {
    long x = call.in(0), weight = call.in(1), inverse = call.in(2), dy = call.in(3), dx = call.out(0);
    int width = (int) call.input(1).length();
    long rows = call.input(0).length() / width;
    int blocks = RowBlocks.blocks(rows, width);
    long partial = call.partials().applyAsLong(4L * blocks * width);
    float one = k.offset() ? 1 : 0;
    Work byBlock = new RowBlocks(rows, width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        long dweight = partial + 4L * piece * width;
        ColumnKernels.zero(dweight, width);
        for (long r = first; r < first + count; r++) {
          long at = 4 * r * width;
          float i = Memory.get(inverse + 4 * r);
          float dot = rmsWeightGradient(x + at, weight, dy + at, dweight, width, i, one);
          rmsInputGradient(x + at, weight, dy + at, dx + at, width, i, one, -i * i * i * dot / width);
        }
      }
    };
    return new Work[] {byBlock, new ColumnSums(partial, blocks, width, call.out(1), false)};
  }

  /** dweight += dy·x·i; returns the sum of dy·w·x. */
  private static float rmsWeightGradient(long x, long weight, long dy, long dweight, int width, float i, float one) {
    FloatVector sum = FloatVector.zero(Memory.SPECIES), scale = broadcast(i);
    int j = 0;
    for (; j + LANES <= width; j += LANES) {
      FloatVector product = load(x + 4L * j).mul(load(dy + 4L * j));
      sum = product.fma(load(weight + 4L * j).add(one), sum);
      store(product.fma(scale, load(dweight + 4L * j)), dweight + 4L * j);
    }
    if (j < width) {
      VectorMask<Float> m = first(width - j);
      FloatVector product = load(x + 4L * j, m).mul(load(dy + 4L * j, m));
      sum = product.fma(load(weight + 4L * j, m).add(one), sum);
      store(product.fma(scale, load(dweight + 4L * j, m)), dweight + 4L * j, m);
    }
    return VectorMath.sum(sum);
  }

  /** dx = dy·w·i + x·back. */
  private static void rmsInputGradient(long x, long weight, long dy, long dx, int width, float i, float one, float back) {
    FloatVector b = broadcast(back);
    int j = 0;
    for (; j + LANES <= width; j += LANES) {
      FloatVector g = load(dy + 4L * j).mul(load(weight + 4L * j).add(one)).mul(i);
      store(load(x + 4L * j).fma(b, g), dx + 4L * j);
    }
    if (j < width) {
      VectorMask<Float> m = first(width - j);
      FloatVector g = load(dy + 4L * j, m).mul(load(weight + 4L * j, m).add(one)).mul(i);
      store(load(x + 4L * j, m).fma(b, g), dx + 4L * j, m);
    }
  }

  private static Work layerNorm(LayerNorm k, Call call) {
    long x = call.in(0), weight = call.in(1), bias = call.inputs().length > 2 ? call.in(2) : 0;
    long y = call.out(0), mean = call.out(1), inverse = call.out(2);
    int width = call.input(0).columns();
    return new RowBlocks(call.input(0).rows(), width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        for (long r = first; r < first + count; r++) {
          long row = x + 4 * r * width;
          float m = sum(row, width) / width;
          float i = (float) (1 / Math.sqrt(squares(row, width, m) / (double) width + k.epsilon()));
          Memory.set(mean + 4 * r, m);
          Memory.set(inverse + 4 * r, i);
          centre(row, weight, bias, y + 4 * r * width, width, m, i);
        }
      }
    };
  }

  private static float sum(long x, int width) {
    FloatVector sum = FloatVector.zero(Memory.SPECIES);
    int j = 0;
    for (; j + LANES <= width; j += LANES) sum = sum.add(load(x + 4L * j));
    if (j < width) sum = sum.add(load(x + 4L * j, first(width - j)));
    return VectorMath.sum(sum);
  }

  /** Sum of (x − mean)². */
  private static float squares(long x, int width, float mean) {
    FloatVector sum = FloatVector.zero(Memory.SPECIES);
    int j = 0;
    for (; j + LANES <= width; j += LANES) {
      FloatVector d = load(x + 4L * j).sub(mean);
      sum = d.fma(d, sum);
    }
    if (j < width) {
      VectorMask<Float> m = first(width - j);
      FloatVector d = FloatVector.zero(Memory.SPECIES).blend(load(x + 4L * j, m).sub(mean), m);
      sum = d.fma(d, sum);
    }
    return VectorMath.sum(sum);
  }

  /** y = (x − mean) · i · w + bias. */
  private static void centre(long x, long weight, long bias, long y, int width, float mean, float i) {
    FloatVector none = FloatVector.zero(Memory.SPECIES);
    for (int j = 0; j < width; j += LANES) {
      VectorMask<Float> m = first(width - j);
      FloatVector shift = bias == 0 ? none : load(bias + 4L * j, m);
      store(load(x + 4L * j, m).sub(mean).mul(i).fma(load(weight + 4L * j, m), shift), y + 4L * j, m);
    }
  }

  private static Work[] layerNormGradient(Call call) {
    long x = call.in(0), weight = call.in(1), mean = call.in(2), inverse = call.in(3), dy = call.in(4), dx = call.out(0);
    int width = call.input(0).columns(), rows = call.input(0).rows(), blocks = RowBlocks.blocks(rows, width);
    long weights = call.partials().applyAsLong(4L * blocks * width), biases = call.partials().applyAsLong(4L * blocks * width);
    Work byBlock = new RowBlocks(rows, width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        long dweight = weights + 4L * piece * width, dbias = biases + 4L * piece * width;
        ColumnKernels.zero(dweight, width);
        ColumnKernels.zero(dbias, width);
        for (long r = first; r < first + count; r++) {
          long at = 4 * r * width;
          float m = Memory.get(mean + 4 * r), i = Memory.get(inverse + 4 * r);
          layerParameterGradients(x + at, dy + at, dweight, dbias, width, m, i);
          float g = BlockSum.dot(dy + at, weight, width) / width;
          float gn = layerDot(x + at, weight, dy + at, width, m) * i / width;
          layerInputGradient(x + at, weight, dy + at, dx + at, width, m, i, g, gn);
        }
      }
    };
    return new Work[] {byBlock, new ColumnSums(weights, blocks, width, call.out(1), false), new ColumnSums(biases, blocks, width, call.out(2), false)};
  }

  /** dweight += dy·(x − mean)·i; dbias += dy. */
  private static void layerParameterGradients(long x, long dy, long dweight, long dbias, int width, float mean, float i) {
    for (int j = 0; j < width; j += LANES) {
      VectorMask<Float> m = first(width - j);
      FloatVector d = load(dy + 4L * j, m);
      store(load(x + 4L * j, m).sub(mean).mul(i).fma(d, load(dweight + 4L * j, m)), dweight + 4L * j, m);
      store(load(dbias + 4L * j, m).add(d), dbias + 4L * j, m);
    }
  }

  /** Sum of dy·w·(x − mean); lanes outside of the mask have dy = 0. */
  private static float layerDot(long x, long weight, long dy, int width, float mean) {
    FloatVector sum = FloatVector.zero(Memory.SPECIES);
    for (int j = 0; j < width; j += LANES) {
      VectorMask<Float> m = first(width - j);
      sum = load(x + 4L * j, m).sub(mean).fma(load(dy + 4L * j, m).mul(load(weight + 4L * j, m)), sum);
    }
    return VectorMath.sum(sum);
  }

  /** dx = i · (dy·w − g − (x − mean)·i·gn). */
  private static void layerInputGradient(long x, long weight, long dy, long dx, int width, float mean, float i, float g, float gn) {
    FloatVector back = broadcast(-gn * i);
    for (int j = 0; j < width; j += LANES) {
      VectorMask<Float> m = first(width - j);
      FloatVector d = load(dy + 4L * j, m).mul(load(weight + 4L * j, m)).sub(g);
      store(load(x + 4L * j, m).sub(mean).fma(back, d).mul(i), dx + 4L * j, m);
    }
  }
}
