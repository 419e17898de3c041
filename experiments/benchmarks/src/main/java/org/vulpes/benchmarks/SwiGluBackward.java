package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.GatedActivationGradient;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** Gradients of silu(gate) · up over one micro-batch. */
public class SwiGluBackward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    Input x = Input.of(s.sequences(), s.length(), s.inner());
    return new KernelProbe(device, new GatedActivationGradient(Activation.SILU), false, x, x, x);
  }

  @Benchmark
  public void swiGlu(Work work) {
    run(work);
  }
}
