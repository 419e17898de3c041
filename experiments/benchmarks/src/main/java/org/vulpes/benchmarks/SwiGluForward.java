package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** silu(gate) · up over one micro-batch. */
public class SwiGluForward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    Input x = Input.of(s.sequences(), s.length(), s.inner());
    return new KernelProbe(device, new GatedActivation(Activation.SILU), false, x, x);
  }

  @Benchmark
  public void swiGlu(Work work) {
    run(work);
  }
}
