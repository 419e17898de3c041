package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.AttentionGradient;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** Gradients of causal attention with grouped heads over one micro-batch. */
public class AttentionBackward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    int b = s.sequences();
    int t = s.length();
    Input wide = Input.of(b, t, s.width());
    Input narrow = Input.of(b, t, s.kvHeads() * s.headDim());
    // Scores of random q and k are about 1: their sum of exponentials is about the number of visible positions.
    Input logSumExp = Input.of(i -> Math.log(1 + i / s.heads() % t) + 0.5, b, t, s.heads());
    return new KernelProbe(device, new AttentionGradient(s.heads(), s.kvHeads(), s.headDim(), 1 / Math.sqrt(s.headDim()), 0), false, wide, narrow, narrow, Input.of(b, t), wide,
        logSumExp, wide);
  }

  @Benchmark
  public void attention(Work work) {
    run(work);
  }
}
