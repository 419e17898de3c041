package org.vulpes.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.vulpes.compute.Device;
import org.vulpes.compute.jvm.internal.JvmDevicePlugin;
import org.vulpes.slot.Options;
import org.vulpes.training.KernelProbe;

/** A device and one kernel on it, warm; the settings that all benchmarks share. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class KernelState {
  @Param({"pocket-1M", "pocket-8M", "pocket-31M"})
  public String shape;

  /** Threads of the device; 0: as many as there are cores. */
  @Param("0")
  public int threads;

  private Device device;
  private KernelProbe probe;

  /** What a run computes and moves by the operation's rules; JMH reports both per second. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Work {
    public long flops;
    public long bytes;
  }

  abstract KernelProbe open(Device device, ModelShape shape);

  @Setup(Level.Trial)
  public void open() {
    device = new JvmDevicePlugin().create(Options.of("spin-microseconds = 50")).open(threads);
    probe = open(device, ModelShape.of(shape));
  }

  @TearDown(Level.Trial)
  public void close() {
    probe.close();
    device.close();
  }

  final void run(Work work) {
    probe.run();
    work.flops += probe.cost().flops();
    work.bytes += probe.cost().bytes();
  }
}
