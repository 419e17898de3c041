package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** RMSNorm of one micro-batch. */
public class NormForward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    return new KernelProbe(device, new RmsNorm(1e-5, false), false, Input.of(s.sequences(), s.length(), s.width()), Input.of(s.width()));
  }

  @Benchmark
  public void rmsNorm(Work work) {
    run(work);
  }
}
