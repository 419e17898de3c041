package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.RmsNormGradient;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** Gradients of RMSNorm over one micro-batch. */
public class NormBackward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    Input x = Input.of(s.sequences(), s.length(), s.width());
    return new KernelProbe(device, new RmsNormGradient(false), false, x, Input.of(s.width()), Input.of(i -> 1, s.sequences(), s.length(), 1), x);
  }

  @Benchmark
  public void rmsNorm(Work work) {
    run(work);
  }
}
