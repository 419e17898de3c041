package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.Attention;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** Causal attention with grouped heads over one micro-batch. */
public class AttentionForward extends KernelState {
  @Override
  KernelProbe open(Device device, ModelShape s) {
    int kv = s.kvHeads() * s.headDim();
    return new KernelProbe(device, new Attention(s.heads(), s.kvHeads(), s.headDim(), 1 / Math.sqrt(s.headDim()), 0), false,
        Input.of(s.sequences(), s.length(), s.width()), Input.of(s.sequences(), s.length(), kv), Input.of(s.sequences(), s.length(), kv), Input.of(s.sequences(), s.length()));
  }

  @Benchmark
  public void attention(Work work) {
    run(work);
  }
}
