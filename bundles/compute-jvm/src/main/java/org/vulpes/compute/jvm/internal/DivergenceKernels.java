package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.vulpes.graph.operations.Divergence;
import org.vulpes.graph.operations.DivergenceGradient;

/**
 * Divergences of two distributions over the vocabulary, a row at a time: the log-sum-exp of both, then one pass over the row. A row of log-probabilities is padded to whole registers in scratch
 * memory with the logarithm of nothing, so that every loop is a plain one.
 */
final class DivergenceKernels {
  /** A logarithm whose exponential is 0 and whose product with 0 is 0. */
  static final float NOTHING = -1e30f;
  private static final FloatVector ONE = broadcast(1f);

  private DivergenceKernels() {}

  static void register(KernelTable table) {
    table.with(Divergence.class, (Divergence k, Call call) -> new Work[] {new Value(k, call)})
        .with(DivergenceGradient.class, (DivergenceGradient k, Call call) -> new Work[] {new Slope(k.of(), call)});
  }

  private abstract static class Rows extends RowBlocks {
    final int vocabulary;
    final long padded;
    final float inverseTemperature;
    final FloatVector ofTeacher;
    final FloatVector ofStudent;
    final FloatVector logMix;
    final FloatVector logRest;
    final FloatVector rest;
    private final long student;
    private final long teacher;

    Rows(Divergence k, Call call) {
      super(call.input(0).rows(), call.input(0).columns());
      vocabulary = call.input(0).columns();
      padded = (long) (vocabulary + LANES - 1) / LANES * Memory.STEP;
      inverseTemperature = (float) (1 / k.temperature());
      ofTeacher = broadcast((float) k.ofTeacher());
      ofStudent = broadcast((float) k.ofStudent());
      logMix = broadcast(k.mix() == 0 ? NOTHING : (float) StrictMath.log(k.mix()));
      logRest = broadcast(k.mix() == 1 ? NOTHING : (float) StrictMath.log1p(-k.mix()));
      rest = broadcast((float) (1 - k.mix()));
      student = call.in(0);
      teacher = call.in(1);
    }

    @Override
    public long scratchBytes() {
      return 3 * padded;
    }

    abstract void row(long r, long lq, long lp, long spare);

    @Override
    void rows(int piece, long from, int count, long scratch) {
      for (long r = from; r < from + count; r++) {
        logSoftmax(student + 4 * r * vocabulary, scratch, vocabulary, inverseTemperature);
        logSoftmax(teacher + 4 * r * vocabulary, scratch + padded, vocabulary, inverseTemperature);
        row(r, scratch, scratch + padded, scratch + 2 * padded);
      }
    }
  }

  /** out = x / temperature − logSumExp, padded with nothing. */
  private static void logSoftmax(long x, long out, int n, float inverseTemperature) {
    FloatVector largest = broadcast(Float.NEGATIVE_INFINITY), scale = broadcast(inverseTemperature);
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector v = load(x + 4L * j).mul(scale);
      store(v, out + 4L * j);
      largest = largest.max(v);
    }
    if (j < n) {
      VectorMask<Float> m = first(n - j);
      FloatVector v = broadcast(NOTHING).blend(load(x + 4L * j, m).mul(scale), m);
      store(v, out + 4L * j);
      largest = largest.max(v);
    }
    float max = VectorMath.max(largest);
    float total = (float) (max + StrictMath.log(sumOfExponentials(out, n, max)));
    for (int i = 0; i < n; i += LANES) store(load(out + 4L * i).sub(total), out + 4L * i);
  }

  /** Σ e^(x − max) of n numbers, padded with nothing to whole registers. */
  static float sumOfExponentials(long x, int n, float max) {
    FloatVector sum = FloatVector.zero(Memory.SPECIES);
    FloatVector most = broadcast(max);
    for (int i = 0; i < n; i += LANES) sum = sum.add(exp(load(x + 4L * i).sub(most)));
    return VectorMath.sum(sum);
  }

  /** eˣ, 0 below e^−80, where {@link VectorMath#exp} stays at its least value. */
  static FloatVector exp(FloatVector x) {
    return VectorMath.exp(x).blend(0f, x.compare(jdk.incubator.vector.VectorOperators.LT, -80f));
  }

  /** log(e^a + e^b). */
  private static FloatVector logSum(FloatVector a, FloatVector b) {
    FloatVector high = a.max(b), low = a.min(b);
    return high.add(VectorMath.log(ONE.add(exp(low.sub(high)))));
  }

  /** ofTeacher · Σ p (log p − log m) + ofStudent · Σ q (log q − log m). */
  private static final class Value extends Rows {
    private final long out;

    Value(Divergence k, Call call) {
      super(k, call);
      out = call.out(0);
    }

    @Override
    void row(long r, long lq, long lp, long spare) {
      FloatVector sum = FloatVector.zero(Memory.SPECIES);
      for (int i = 0; i < vocabulary; i += LANES) {
        FloatVector p = load(lp + 4L * i), q = load(lq + 4L * i);
        FloatVector m = logSum(p.add(logMix), q.add(logRest));
        sum = exp(p).mul(ofTeacher).fma(p.sub(m), sum);
        sum = exp(q).mul(ofStudent).fma(q.sub(m), sum);
      }
      Memory.set(out + 4 * r, VectorMath.sum(sum));
    }
  }

  /** coefficient / temperature · (u − q Σ u). */
  private static final class Slope extends Rows {
    private final long coefficient;
    private final long out;

    Slope(Divergence k, Call call) {
      super(k, call);
      coefficient = call.in(2);
      out = call.out(0);
    }

    @Override
    void row(long r, long lq, long lp, long u) {
      long to = out + 4 * r * vocabulary;
      float c = Memory.get(coefficient + 4 * r) * inverseTemperature;
      if (c == 0) {
        Memory.zero(to, 4L * vocabulary);
        return;
      }
      FloatVector sum = FloatVector.zero(Memory.SPECIES);
      for (int i = 0; i < vocabulary; i += LANES) {
        FloatVector p = load(lp + 4L * i), q = load(lq + 4L * i);
        FloatVector m = logSum(p.add(logMix), q.add(logRest));
        FloatVector beside = ofTeacher.mul(rest).mul(exp(p.add(q).sub(m)));
        FloatVector own = exp(q).mul(q.sub(m)).sub(rest.mul(exp(q.add(q).sub(m))));
        FloatVector v = ofStudent.fma(own, beside.neg());
        store(v, u + 4L * i);
        sum = sum.add(v);
      }
      FloatVector all = broadcast(VectorMath.sum(sum)), factor = broadcast(c);
      int j = 0;
      for (; j + LANES <= vocabulary; j += LANES) store(load(u + 4L * j).sub(exp(load(lq + 4L * j)).mul(all)).mul(factor), to + 4L * j);
      if (j < vocabulary) store(load(u + 4L * j).sub(exp(load(lq + 4L * j)).mul(all)).mul(factor), to + 4L * j, first(vocabulary - j));
    }
  }
}
