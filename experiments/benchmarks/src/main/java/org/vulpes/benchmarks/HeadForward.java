package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** The head's product and the cross-entropy, fused, over one micro-batch; {@code -p shape=big-head} for 256,000 ids. */
public class HeadForward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    return new KernelProbe(device, new LinearCrossEntropy(), false, Input.of(s.sequences(), s.length(), s.width()), HeadBackward.weights(s),
        Input.of(i -> i % s.vocabulary(), s.sequences(), s.length()));
  }

  @Benchmark
  public void crossEntropy(Work work) {
    run(work);
  }
}
