package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** C = op(A) op(B) of a block's projections: y = x wᵀ (NT), dx = dy w (NN), dw = dyᵀ x (TN); TT belongs to no layer, but the contract has it. */
public class Gemm extends KernelState {
  @Param({"q", "k", "gate", "down"})
  public String layer;

  @Param({"NN", "NT", "TN", "TT"})
  public String transposition;

  @Override
  KernelProbe open(Device device, ModelShape s) {
    int in = layer.equals("down") ? s.inner() : s.width();
    int out = switch (layer) {
      case "k" -> s.kvHeads() * s.headDim();
      case "gate" -> s.inner();
      default -> s.width();
    };
    boolean transposeA = transposition.charAt(0) == 'T';
    boolean transposeB = transposition.charAt(1) == 'T';
    int m = transposeA ? out : s.tokens();
    int n = transposition.equals("NT") ? out : in;
    int k = transposeA ? s.tokens() : transposeB ? in : out;
    Input a = transposeA ? Input.of(k, m) : Input.of(m, k);
    Input b = transposeB ? Input.of(n, k) : Input.of(k, n);
    return new KernelProbe(device, new MatMul(transposeA, transposeB), false, a, b);
  }

  @Benchmark
  public void product(Work work) {
    run(work);
  }
}
