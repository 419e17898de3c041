package org.vulpes.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.Lion;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.KernelProbe.Input;

/** One update of the shape's embedding, its largest parameter. */
public class Optimizer extends KernelState {
  /** A small rate: values stay what they are however often they are updated. */
  private static final double[] HYPER = {1e-6, 0.9, 0.95, 1e-8, 0.1, 1, 1, 0};

  @Param({"adamw", "lion"})
  public String optimizer;

  @Override
  KernelProbe open(Device device, ModelShape s) {
    Input x = Input.of(s.vocabulary(), s.width());
    Input positive = Input.of(i -> 1e-3, s.vocabulary(), s.width());
    Input factor = Input.of(i -> 1, 1);
    Input hyper = Input.of(i -> HYPER[i], HYPER.length);
    return optimizer.equals("lion") ? new KernelProbe(device, new Lion(true), false, x, x, x, factor, hyper)
        : new KernelProbe(device, new AdamW(true), false, x, x, x, positive, factor, hyper);
  }

  @Benchmark
  public void update(Work work) {
    run(work);
  }
}
