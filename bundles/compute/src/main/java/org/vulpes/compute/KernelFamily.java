package org.vulpes.compute;

import java.util.List;
import java.util.Optional;

/**
 * One way to compute the kernels of a family on one kind of device: {@code naive} and {@code packed} for {@code gemm} on {@code jvm}. A plugin offers it in slot
 * {@code kernels.<family>}. What else it must be follows from the device that takes it ({@link Device#prepare(Program, java.util.Map, java.util.List)}): the
 * {@code jvm} device takes builders of work for its threads, an {@code opencl} device takes source texts.
 */
public interface KernelFamily {
  /** The families that there are: each has a slot of its own. */
  List<String> ALL = List.of("attention", "elementwise", "gemm", "loss", "norm", "optimizer");

  /** {@link Kernel#family} of the kernels that it computes. */
  String family();

  /** By which a configuration chooses it, for messages. */
  String name();

  /** Why it cannot work on this device, as one plain sentence; empty when it can. */
  Optional<String> refusal(DeviceInfo device);
}
