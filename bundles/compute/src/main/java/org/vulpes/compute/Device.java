package org.vulpes.compute;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Runs programs. Calls of one program take effect in order; a device gives the same bits for the same program and data, whatever its number
 * of threads. Used by one thread at a time; closing it frees every buffer that is still open.
 */
public interface Device extends AutoCloseable {
  DeviceInfo info();

  /** @throws OutOfDeviceMemory in one sentence with the sizes */
  Buffer allocate(DType type, long length);

  /**
   * Makes a program ready: checks every operand once, fixes addresses, builds kernels.
   *
   * @param bindings by the names of {@link Program#bindings}; type and length must fit
   * @throws org.vulpes.compute.UnsupportedKernel when the device cannot run a call: names the kernel, the label and the reason
   */
  default Executable prepare(Program program, Map<String, Buffer> bindings) {
    return prepare(program, bindings, List.of());
  }

  /**
   * The same with other kernels than the device's own for some families. An executable keeps the kernels that it was prepared with.
   *
   * @param families at most one for each family; each must be of this device ({@link KernelFamily#refusal})
   */
  Executable prepare(Program program, Map<String, Buffer> bindings, List<KernelFamily> families);

  /** What a program takes beside its bindings once it is prepared: planned memory, and copies of bindings in forms that kernels want. Allocates nothing. */
  default Memory needs(Program program, List<KernelFamily> families) {
    return new Memory(program.arenaBytes(), program.arenaBytes());
  }

  /** What there is room for at most, in all and in one buffer. */
  default Memory room() {
    return Memory.UNBOUNDED;
  }

  /**
   * What the device has chosen for itself by trying it out (tile sizes, numbers of threads), by name. A run journals it, and hands it back when it is resumed or replayed, as other choices may give
   * other bits. Empty when everything follows from {@link #info}.
   */
  default SortedMap<String, String> tuned() {
    return Collections.emptySortedMap();
  }

  /** The most memory that buffers and programs have held at one time since the device was opened, in bytes of the device's own memory. */
  long peakBytes();

  @Override
  void close();
}
