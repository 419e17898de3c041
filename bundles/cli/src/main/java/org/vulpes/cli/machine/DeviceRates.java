package org.vulpes.cli.machine;

import java.util.Locale;
import org.vulpes.compute.Device;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Scale;
import org.vulpes.training.KernelProbe;
import org.vulpes.training.SteadySpeed;

/**
 * What a device reaches here, measured in a few seconds: a product of matrices of a model's size, and memory read and written.
 *
 * @param flops a second
 * @param bytes a second, read and written
 */
public record DeviceRates(double flops, double bytes) {
  private static final int SIZE = 512;
  /** 64 MiB, larger than most caches. */
  private static final int LENGTH = 1 << 24;

  public static DeviceRates measure(Device device) {
    try (var product = new KernelProbe(device, new MatMul(false, true), false, KernelProbe.Input.of(SIZE, SIZE), KernelProbe.Input.of(SIZE, SIZE));
        var copy = new KernelProbe(device, new Scale(1), false, KernelProbe.Input.of(i -> i & 7, LENGTH))) {
      return new DeviceRates(product.cost().flops() / best(product), copy.cost().bytes() / best(copy));
    }
  }

  private static double best(KernelProbe probe) {
    return SteadySpeed.seconds(() -> {
      long begin = System.nanoTime();
      probe.run();
      return (System.nanoTime() - begin) * 1e-9;
    });
  }

  /** @param peak FLOP/s that the processor could reach; 0: not known */
  public String text(double peak) {
    String share = peak > 0 ? String.format(Locale.ROOT, " (%.0f %% of the processor's FMA peak)", 100 * flops / peak) : "";
    return String.format(Locale.ROOT, "products %.0f GFLOP/s%s, memory %.0f GB/s", flops * 1e-9, share, bytes * 1e-9);
  }
}
