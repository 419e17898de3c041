package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionDivergence;
import org.vulpes.graph.operations.AttentionDivergenceGradient;

/**
 * Attention weights of two models side by side, a query at a time. Keys of a head are turned over in scratch memory, so that the scores of a query are sums of whole registers along the positions;
 * a row of scores is padded with nothing, and with nothing before what the query sees.
 */
final class AttentionDivergenceKernels {
  /** Queries for which the keys are turned over once. */
  private static final int QUERIES = 64;
  private static final FloatVector LEAST = broadcast(1e-30f);

  private AttentionDivergenceKernels() {}

  static void register(KernelTable table) {
    table.with(AttentionDivergence.class, (AttentionDivergence k, Call call) -> new Work[] {new Value(k, call)})
        .with(AttentionDivergenceGradient.class, (AttentionDivergenceGradient k, Call call) -> new Work[] {new Slope(k.of(), call)});
  }

  /** One of the two models. */
  private record Side(Attention of, long q, long k, int time, long rowBytes) {
    int width() {
      return of.heads() * of.headDim();
    }

    int kvWidth() {
      return of.kvHeads() * of.headDim();
    }

    int kv(int head) {
      return head / (of.heads() / of.kvHeads());
    }

    long query(long b, int t, int head) {
      return q + 4 * ((b * time + t) * width() + (long) head * of.headDim());
    }

    long turnedBytes() {
      return of.headDim() * rowBytes;
    }

    /** Keys of a head as [headDim, time], zero behind the last. */
    void turn(long b, int kv, int until, long to) {
      for (int j = 0; j < of.headDim(); j++) store(FloatVector.zero(Memory.SPECIES), to + j * rowBytes + 4L * ((until - 1) / LANES * LANES));
      for (int s = 0; s < until; s++) {
        long from = k + 4 * ((b * time + s) * kvWidth() + (long) kv * of.headDim());
        for (int j = 0; j < of.headDim(); j++) Memory.set(to + j * rowBytes + 4L * s, Memory.get(from + 4L * j));
      }
    }

    /** Scores of a query, nothing where it does not see, from the register in which it begins to the one in which it ends. @return log Σ exp of them */
    float scores(long query, long turned, int first, int t, long out) {
      FloatVector largest = broadcast(DivergenceKernels.NOTHING);
      FloatVector scale = broadcast((float) of.scale());
      int sees = of.window() > 0 ? Math.max(first, t - of.window() + 1) : first;
      for (int s = first / LANES * LANES; s <= t; s += LANES) {
        FloatVector sum = FloatVector.zero(Memory.SPECIES);
        for (int j = 0; j < of.headDim(); j++) sum = broadcast(Memory.get(query + 4L * j)).fma(load(turned + j * rowBytes + 4L * s), sum);
        sum = sum.mul(scale);
        if (s < sees || s + LANES > t + 1) {
          var seen = Memory.first(t + 1 - s);
          if (s < sees) seen = seen.andNot(Memory.first(sees - s));
          sum = broadcast(DivergenceKernels.NOTHING).blend(sum, seen);
        }
        largest = largest.max(sum);
        store(sum, out + 4L * s);
      }
      FloatVector max = broadcast(VectorMath.max(largest));
      FloatVector total = FloatVector.zero(Memory.SPECIES);
      for (int s = first / LANES * LANES; s <= t; s += LANES) total = total.add(DivergenceKernels.exp(load(out + 4L * s).sub(max)));
      return (float) (VectorMath.max(largest) + StrictMath.log(VectorMath.sum(total)));
    }
  }

  private abstract static class Both implements Work {
    final Side student;
    final Side teacher;
    final int batch;
    final int time;
    final long rowBytes;
    /** Heads of the teacher for one of the student. */
    final int each;
    private final long firstVisible;

    Both(AttentionDivergence k, Call call) {
      batch = call.input(0).shape()[0];
      time = call.input(0).shape()[1];
      rowBytes = (time + LANES - 1) / LANES * STEP;
      student = new Side(k.student(), call.in(0), call.in(1), time, rowBytes);
      teacher = new Side(k.teacher(), call.in(2), call.in(3), time, rowBytes);
      each = k.teacher().heads() / k.student().heads();
      firstVisible = call.in(4);
    }

    /** The student's keys, the teacher's keys of each of its heads, scores, weights of the teacher, one more row. */
    long bytes() {
      return student.turnedBytes() + each * teacher.turnedBytes() + 3 * rowBytes;
    }

    int first(long b, int t) {
      int first = Memory.getInt(firstVisible + 4 * (b * time + t));
      return student.of.window() > 0 ? Math.max(first, t - student.of.window() + 1) : first;
    }

    long teachersKeys(long scratch) {
      return scratch + student.turnedBytes();
    }

    void turnTeacher(long b, int head, int until, long scratch) {
      for (int g = 0; g < each; g++) teacher.turn(b, teacher.kv(head * each + g), until, teachersKeys(scratch) + g * teacher.turnedBytes());
    }

    /** The mean weights of the teacher's heads. @param spare a row */
    void weights(long b, int t, int head, int first, long scratch, long spare, long out) {
      FloatVector share = broadcast(1f / each);
      for (int g = 0; g < each; g++) {
        FloatVector total = broadcast(teacher.scores(teacher.query(b, t, head * each + g), teachersKeys(scratch) + g * teacher.turnedBytes(), first, t, spare));
        for (int s = first / LANES * LANES; s <= t; s += LANES) {
          FloatVector w = DivergenceKernels.exp(load(spare + 4L * s).sub(total)).mul(share);
          store(g == 0 ? w : w.add(load(out + 4L * s)), out + 4L * s);
        }
      }
    }

    @Override
    public long scratchBytes() {
      return bytes();
    }
  }

  /** A piece: some neighbouring queries of a sequence, all heads. */
  private static final class Value extends Both {
    private final long out;
    private final int blocks;

    Value(AttentionDivergence k, Call call) {
      super(k, call);
      out = call.out(0);
      blocks = (time + QUERIES - 1) / QUERIES;
    }

    @Override
    public int pieces() {
      return batch * blocks;
    }

    @Override
    public void run(int piece, long scratch) {
      long b = piece / blocks;
      int from = piece % blocks * QUERIES, until = Math.min(time, from + QUERIES);
      long scores = scratch + bytes() - 3 * rowBytes, weights = scores + rowBytes, spare = weights + rowBytes;
      for (int t = from; t < until; t++) Memory.set(out + 4 * (b * time + t), 0f);
      for (int h = 0; h < student.of.heads(); h++) {
        student.turn(b, student.kv(h), until, scratch);
        turnTeacher(b, h, until, scratch);
        for (int t = from; t < until; t++) {
          int first = first(b, t);
          weights(b, t, h, first, scratch, spare, weights);
          float total = student.scores(student.query(b, t, h), scratch, first, t, scores);
          long at = out + 4 * (b * time + t);
          Memory.set(at, Memory.get(at) + divergence(first, t, scores, weights, total) / student.of.heads());
        }
      }
    }

    /** Σ p (log p − log w). */
    private static float divergence(int first, int t, long scores, long weights, float total) {
      FloatVector sum = FloatVector.zero(Memory.SPECIES), all = broadcast(total);
      for (int s = first / LANES * LANES; s <= t; s += LANES) {
        FloatVector p = load(weights + 4L * s);
        sum = p.fma(VectorMath.log(p.max(LEAST)).sub(load(scores + 4L * s).sub(all)), sum);
      }
      return VectorMath.sum(sum);
    }
  }

  /** A piece: a key/value head of a sequence, with the query heads that share it. */
  private static final class Slope extends Both {
    private final long coefficient;
    private final long dq;
    private final long dk;

    Slope(AttentionDivergence k, Call call) {
      super(k, call);
      coefficient = call.in(5);
      dq = call.out(0);
      dk = call.out(1);
    }

    @Override
    public int pieces() {
      return batch * student.of.kvHeads();
    }

    @Override
    public long scratchBytes() {
      return bytes() + student.turnedBytes();
    }

    @Override
    public void run(int piece, long scratch) {
      Attention a = student.of;
      long b = piece / a.kvHeads();
      int kv = piece % a.kvHeads(), group = a.heads() / a.kvHeads();
      long scores = scratch + bytes() - 3 * rowBytes, weights = scores + rowBytes, spare = weights + rowBytes, turned = scratch + bytes();
      Memory.zero(turned, student.turnedBytes());
      student.turn(b, kv, time, scratch);
      for (int h = kv * group; h < (kv + 1) * group; h++) {
        turnTeacher(b, h, time, scratch);
        for (int t = 0; t < time; t++) query(b, t, h, scratch, scores, weights, spare, turned);
      }
      for (int s = 0; s < time; s++) {
        long to = dk + 4 * ((b * time + s) * student.kvWidth() + (long) kv * a.headDim());
        for (int j = 0; j < a.headDim(); j++) Memory.set(to + 4L * j, Memory.get(turned + j * rowBytes + 4L * s));
      }
    }

    private void query(long b, int t, int h, long scratch, long scores, long weights, long spare, long turned) {
      Attention a = student.of;
      int first = first(b, t), begin = first / LANES * LANES;
      long query = student.query(b, t, h), to = dq + (query - student.q);
      float c = (float) (Memory.get(coefficient + 4 * (b * time + t)) * a.scale() / a.heads());
      if (c == 0) {
        Memory.zero(to, 4L * a.headDim());
        return;
      }
      weights(b, t, h, first, scratch, spare, weights);
      FloatVector total = broadcast(student.scores(query, scratch, first, t, scores)), factor = broadcast(c);
      for (int s = begin; s <= t; s += LANES) store(DivergenceKernels.exp(load(scores + 4L * s).sub(total)).sub(load(weights + 4L * s)).mul(factor), scores + 4L * s);
      for (int j = 0; j < a.headDim(); j++) {
        FloatVector sum = FloatVector.zero(Memory.SPECIES), q = broadcast(Memory.get(query + 4L * j));
        long keys = scratch + j * rowBytes, slopes = turned + j * rowBytes;
        for (int s = begin; s <= t; s += LANES) {
          FloatVector d = load(scores + 4L * s);
          sum = d.fma(load(keys + 4L * s), sum);
          store(d.fma(q, load(slopes + 4L * s)), slopes + 4L * s);
        }
        Memory.set(to + 4L * j, VectorMath.sum(sum));
      }
    }
  }
}
