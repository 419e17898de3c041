package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import org.vulpes.graph.operations.TopAndRest;
import org.vulpes.graph.operations.TopAndRestGradient;

/** Some chosen tokens and all others as one, a row at a time: the row is copied with nothing where a token is chosen, so that the sum over the others is a plain loop. */
final class TopAndRestKernels {
  private TopAndRestKernels() {}

  static void register(KernelTable table) {
    table.with(TopAndRest.class, (TopAndRest k, Call call) -> new Work[] {new Value(k, call)})
        .with(TopAndRestGradient.class, (TopAndRestGradient k, Call call) -> new Work[] {new Slope(k, call)});
  }

  private static final class Value extends RowBlocks {
    private final int vocabulary;
    private final int top;
    private final float temperature;
    private final long logits;
    private final long ids;
    private final long out;

    Value(TopAndRest k, Call call) {
      super(call.input(0).rows(), call.input(0).columns());
      vocabulary = call.input(0).columns();
      top = call.input(1).columns();
      temperature = (float) k.temperature();
      logits = call.in(0);
      ids = call.in(1);
      out = call.out(0);
    }

    @Override
    public long scratchBytes() {
      return (long) (vocabulary + LANES - 1) / LANES * Memory.STEP;
    }

    @Override
    void rows(int piece, long from, int count, long scratch) {
      for (long r = from; r < from + count; r++) row(logits + 4 * r * vocabulary, ids + 4 * r * top, out + 4 * r * (top + 1), scratch);
    }

    private void row(long x, long chosen, long y, long others) {
      FloatVector scale = broadcast(1 / temperature), nothing = broadcast(DivergenceKernels.NOTHING);
      int j = 0;
      for (; j + LANES <= vocabulary; j += LANES) store(load(x + 4L * j).mul(scale), others + 4L * j);
      if (j < vocabulary) store(nothing.blend(load(x + 4L * j, first(vocabulary - j)).mul(scale), first(vocabulary - j)), others + 4L * j);
      for (int i = 0; i < top; i++) {
        long id = Memory.getInt(chosen + 4L * i);
        Memory.set(y + 4L * i, Memory.get(x + 4 * id));
        Memory.set(others + 4 * id, DivergenceKernels.NOTHING);
      }
      FloatVector largest = nothing;
      for (int i = 0; i < vocabulary; i += LANES) largest = largest.max(load(others + 4L * i));
      float max = VectorMath.max(largest);
      boolean none = max <= DivergenceKernels.NOTHING;
      Memory.set(y + 4L * top, none ? (float) TopAndRest.NOTHING : (float) (temperature * (max + StrictMath.log(DivergenceKernels.sumOfExponentials(others, vocabulary, max)))));
    }
  }

  private static final class Slope extends RowBlocks {
    private final int vocabulary;
    private final int top;
    private final float inverseTemperature;
    private final long logits;
    private final long ids;
    private final long out;
    private final long slope;
    private final long to;

    Slope(TopAndRestGradient k, Call call) {
      super(call.input(0).rows(), call.input(0).columns());
      vocabulary = call.input(0).columns();
      top = call.input(1).columns();
      inverseTemperature = (float) (1 / k.temperature());
      logits = call.in(0);
      ids = call.in(1);
      out = call.in(2);
      slope = call.in(3);
      to = call.out(0);
    }

    @Override
    void rows(int piece, long from, int count, long scratch) {
      for (long r = from; r < from + count; r++) row(logits + 4 * r * vocabulary, ids + 4 * r * top, out + 4 * r * (top + 1), slope + 4 * r * (top + 1), to + 4 * r * vocabulary);
    }

    private void row(long x, long chosen, long y, long dy, long dx) {
      float ofRest = Memory.get(dy + 4L * top);
      if (ofRest == 0) {
        Memory.zero(dx, 4L * vocabulary);
      } else {
        FloatVector d = broadcast(ofRest), rest = broadcast(Memory.get(y + 4L * top)), scale = broadcast(inverseTemperature);
        int j = 0;
        for (; j + LANES <= vocabulary; j += LANES) store(share(load(x + 4L * j), rest, scale).mul(d), dx + 4L * j);
        if (j < vocabulary) store(share(load(x + 4L * j, first(vocabulary - j)), rest, scale).mul(d), dx + 4L * j, first(vocabulary - j));
      }
      for (int i = 0; i < top; i++) Memory.set(dx + 4L * Memory.getInt(chosen + 4L * i), 0f);
      for (int i = 0; i < top; i++) {
        long at = dx + 4L * Memory.getInt(chosen + 4L * i);
        Memory.set(at, Memory.get(at) + Memory.get(dy + 4L * i));
      }
    }

    /** Of the rest; a chosen token's, which may be larger than 1, is not used. */
    private static FloatVector share(FloatVector x, FloatVector rest, FloatVector scale) {
      return DivergenceKernels.exp(x.sub(rest).mul(scale));
    }
  }
}
