package org.vulpes.compute.jvm.internal;

import org.vulpes.graph.operations.Embedding;
import org.vulpes.graph.operations.EmbeddingGradient;

/** Rows of a table looked up by id, and their gradients added up in the order of the ids. */
final class EmbeddingKernels {
  /** Columns of a piece of the gradient: pieces own columns, so that frequent ids do not make one piece the slowest. */
  private static final int STRIP = 64;

  private EmbeddingKernels() {}

  static void register(KernelTable table) {
    table.with(Embedding.class, (k, call) -> new Work[] {lookUp(call)}).with(EmbeddingGradient.class, (k, call) -> gradient(call));
  }

  private static Work lookUp(Call call) {
    long rows = call.input(1).length(), source = call.in(0), ids = call.in(1), y = call.out(0);
    int width = call.input(0).columns(), size = call.input(0).rows();
    return new RowBlocks(rows, width) {
      @Override
      void rows(int piece, long first, int count, long scratch) {
        for (long r = first; r < first + count; r++) ColumnKernels.copy(source + 4L * width * id(ids, r, size), y + 4 * r * width, width);
      }
    };
  }

  private static Work[] gradient(Call call) {
    long length = call.output(0).length(), table = call.out(0);
    Work add = new Strips(call);
    if (call.accumulate()) return new Work[] {add};
    int block = 1 << 16;
    Work clear = new Work() {
      @Override
      public int pieces() {
        return Math.toIntExact((length + block - 1) / block);
      }

      @Override
      public void run(int piece, long scratch) {
        long from = (long) piece * block;
        Memory.zero(table + 4 * from, 4 * Math.min(block, length - from));
      }
    };
    return new Work[] {clear, add};
  }

  private static final class Strips implements Work {
    private final long ids;
    private final long dy;
    private final long table;
    private final long count;
    private final int width;
    private final int size;

    Strips(Call call) {
      ids = call.in(0);
      dy = call.in(1);
      table = call.out(0);
      count = call.input(0).length();
      width = call.output(0).columns();
      size = call.output(0).rows();
    }

    @Override
    public int pieces() {
      return (width + STRIP - 1) / STRIP;
    }

    @Override
    public void run(int piece, long scratch) {
      int from = piece * STRIP, columns = Math.min(STRIP, width - from);
      long x = dy + 4L * from, y = table + 4L * from, stride = 4L * width;
      for (long r = 0; r < count; r++) ColumnKernels.add(x + r * stride, y + id(ids, r, size) * stride, columns);
    }
  }

  private static int id(long ids, long row, int size) {
    int id = Memory.getInt(ids + 4 * row);
    if (id < 0 || id >= size) throw new IndexOutOfBoundsException("Id " + id + " at position " + row + " is not one of the table's 0 to " + (size - 1) + ".");
    return id;
  }
}
