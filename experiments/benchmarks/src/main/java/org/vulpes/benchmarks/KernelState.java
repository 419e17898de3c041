package org.vulpes.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.vulpes.compute.opencl.OpenCl;
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

  /** jvm, or an OpenCL device as a configuration names it: opencl:0, opencl:cpu, opencl:gpu. */
  @Param("jvm")
  public String device;

  /** Threads of the jvm device; 0: as many as there are cores. A driver of OpenCL has its own. */
  @Param("0")
  public int threads;

  private Device opened;
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
    opened = device.equals("jvm") ? new JvmDevicePlugin().create(Options.of("spin-microseconds = 50")).open(threads) : OpenCl.open(device.substring(device.indexOf(':') + 1), kernels());
    probe = open(opened, ModelShape.of(shape));
  }

  /** Those of the house as the build has left them; the working directory is the project's root. */
  private static Path[] kernels() {
    return Stream.of("portable", "cpu", "gpu", "nvidia").map(k -> Path.of("kernels-opencl", k, "target/classes")).toArray(Path[]::new);
  }

  @TearDown(Level.Trial)
  public void close() {
    probe.close();
    opened.close();
  }

  final void run(Work work) {
    probe.run();
    work.flops += probe.cost().flops();
    work.bytes += probe.cost().bytes();
  }
}
