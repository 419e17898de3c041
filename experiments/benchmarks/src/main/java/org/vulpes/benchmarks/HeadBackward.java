package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** Gradients of the fused head over one micro-batch; {@code -p shape=big-head} for 256,000 ids. */
public class HeadBackward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    int b = s.sequences();
    int t = s.length();
    // Logits are small: every id is about as likely as any other, as before training.
    return new KernelProbe(device, new LinearCrossEntropyGradient(), false, Input.of(b, t, s.width()), weights(s), Input.of(i -> i % s.vocabulary(), b, t),
        Input.of(i -> Math.log(s.vocabulary()), b, t), Input.of(i -> 1.0 / s.tokens(), b, t));
  }

  /** Deviation of 0.02, as they start. */
  static Input weights(ModelShape s) {
    return Input.of(i -> 0.028 * Math.sin(i * 12.9898), s.vocabulary(), s.width());
  }

  @Benchmark
  public void crossEntropy(Work work) {
    run(work);
  }
}
