package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.LANES;
import static org.vulpes.compute.jvm.internal.Memory.first;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.Pad;
import org.vulpes.graph.operations.Slice;

/** Columns cut out of rows, put into rows, and put side by side. */
final class ColumnKernels {
  private ColumnKernels() {}

  static void register(KernelTable table) {
    table.with(Slice.class, (Slice k, Call call) -> new Work[] {slice(k, call)})
        .with(Pad.class, (Pad k, Call call) -> new Work[] {pad(k, call)})
        .with(Concat.class, (k, call) -> concat(call));
  }

  private static Work slice(Slice k, Call call) {
    long from = 4L * call.input(0).columns(), to = 4L * k.length(), x = call.in(0) + 4L * k.start(), y = call.out(0);
    return new RowBlocks(call.input(0).rows(), k.length()) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        for (long r = first; r < first + count; r++) copy(x + r * from, y + r * to, k.length());
      }
    };
  }

  private static Work pad(Pad k, Call call) {
    long x = call.in(0), y = call.out(0), to = 4L * k.total();
    int columns = call.input(0).columns(), end = k.start() + columns;
    boolean accumulate = call.accumulate();
    return new RowBlocks(call.input(0).rows(), k.total()) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        for (long r = first; r < first + count; r++) {
          long source = x + 4 * r * columns, row = y + r * to;
          if (accumulate) {
            add(source, row + 4L * k.start(), columns);
          } else {
            zero(row, k.start());
            copy(source, row + 4L * k.start(), columns);
            zero(row + 4L * end, k.total() - end);
          }
        }
      }
    };
  }

  /** One phase an input. */
  private static Work[] concat(Call call) {
    Work[] parts = new Work[call.inputs().length];
    long to = 4L * call.output(0).columns(), start = call.out(0);
    for (int i = 0; i < parts.length; i++) {
      long x = call.in(i), y = start;
      int columns = call.input(i).columns();
      parts[i] = new RowBlocks(call.input(i).rows(), columns) {
        @Override
        void rows(int piece, long first, int count, long scratch) {
          for (long r = first; r < first + count; r++) copy(x + 4 * r * columns, y + r * to, columns);
        }
      };
      start += 4L * columns;
    }
    return parts;
  }

  static void copy(long x, long y, int count) {
    int j = 0;
    for (; j + LANES <= count; j += LANES) store(load(x + 4L * j), y + 4L * j);
    if (j < count) {
      VectorMask<Float> m = first(count - j);
      store(load(x + 4L * j, m), y + 4L * j, m);
    }
  }

  /** y += x. */
  static void add(long x, long y, int count) {
    int j = 0;
    for (; j + LANES <= count; j += LANES) store(load(y + 4L * j).add(load(x + 4L * j)), y + 4L * j);
    if (j < count) {
      VectorMask<Float> m = first(count - j);
      store(load(y + 4L * j, m).add(load(x + 4L * j, m)), y + 4L * j, m);
    }
  }

  static void zero(long y, int count) {
    FloatVector zero = FloatVector.zero(Memory.SPECIES);
    int j = 0;
    for (; j + LANES <= count; j += LANES) store(zero, y + 4L * j);
    if (j < count) store(zero, y + 4L * j, first(count - j));
  }
}
