package org.vulpes.cli.machine;

import java.util.Locale;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Scale;
import org.vulpes.training.KernelProbe;

/**
 * What a device reaches here, measured in a blink: a product of matrices of a model's size, and memory read and written.
 *
 * @param flops a second
 * @param bytes a second, read and written
 */
public record DeviceRates(double flops, double bytes) {
  private static final int SIZE = 512;
  /** 64 MiB, larger than most caches. */
  private static final int LENGTH = 1 << 24;
  private static final double SECONDS = 0.3;

  public static DeviceRates measure(Device device) {
    try (var product = new KernelProbe(device, new MatMul(false, true), false, KernelProbe.Input.of(SIZE, SIZE), KernelProbe.Input.of(SIZE, SIZE));
        var copy = new KernelProbe(device, new Scale(1), false, KernelProbe.Input.of(i -> i & 7, LENGTH))) {
      return new DeviceRates(product.cost().flops() / best(product), copy.cost().bytes() / best(copy));
    }
  }

  /** The best time of a run, in seconds: the first runs are not compiled yet. */
  private static double best(KernelProbe probe) {
    double best = Double.MAX_VALUE;
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    for (int i = 0; i < 3 || System.nanoTime() < end; i++) {
      long begin = System.nanoTime();
      probe.run();
      best = Math.min(best, (System.nanoTime() - begin) * 1e-9);
    }
    return best;
  }

  /** @param peak FLOP/s that the processor could reach; 0: not known */
  public String text(double peak) {
    String share = peak > 0 ? String.format(Locale.ROOT, " (%.0f %% of the processor's FMA peak)", 100 * flops / peak) : "";
    return String.format(Locale.ROOT, "products %.0f GFLOP/s%s, memory %.0f GB/s", flops * 1e-9, share, bytes * 1e-9);
  }
}
