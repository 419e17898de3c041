package org.vulpes.compute.jvm.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.KernelFamily;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Matrix products as they are written down, c[i][j] = Σ a[i][k] · b[k][j] in increasing order of k: slow, easy to believe, and of the same bits as {@link GemmKernels}. */
@Component
@Fills(slot = "kernels.gemm", use = "naive")
public final class NaiveGemm implements Plugin<KernelFamily> {
  @Override
  public KernelFamily create(Options options) {
    return new JvmKernels("gemm", "naive", table -> table.with(MatMul.class, (op, call) -> {
      GemmKernels.Sizes s = GemmKernels.sizes(op, call);
      return new Work[] {new Rows(s.m(), s.n(), s.k(), op, call.in(0), call.in(1), call.out(0), call.accumulate())};
    }));
  }

  /** A piece is a row of C. */
  private record Rows(int m, int n, int k, MatMul op, long a, long b, long c, boolean add) implements Work {
    @Override
    public int pieces() {
      return m;
    }

    @Override
    public void run(int i, long scratch) {
      long aStart = a + 4L * (op.transposeA() ? i : (long) i * k);
      long aStep = op.transposeA() ? 4L * m : 4;
      long bStep = op.transposeB() ? 4 : 4L * n;
      for (int j = 0; j < n; j++) {
        long at = c + 4L * ((long) i * n + j);
        long ak = aStart;
        long bk = b + 4L * (op.transposeB() ? (long) j * k : j);
        float sum = add ? Memory.get(at) : 0;
        for (int x = 0; x < k; x++, ak += aStep, bk += bStep) sum = Math.fma(Memory.get(ak), Memory.get(bk), sum);
        Memory.set(at, sum);
      }
    }
  }
}
