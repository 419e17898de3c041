package org.vulpes.compute.opencl.internal;

import java.util.List;
import java.util.Locale;

/**
 * What a device says about itself.
 *
 * @param index its number in {@code opencl:N}
 * @param handle {@code cl_device_id}
 * @param driver version of the driver; with the name and the OpenCL version it decides bits and tuned sizes
 * @param units compute units: cores of a processor, multiprocessors of a GPU
 * @param clock MHz, 0 where it is not told
 * @param floatWidth floats in a vector register, by the driver
 * @param maxGroup work-items in a work-group at most
 * @param localBytes of local memory of a work-group
 * @param maxAllocation bytes of one buffer at most
 * @param alignment of a sub-buffer's start, in bytes
 * @param unordered a processor whose driver begins what need not wait for what is under way; drivers of GPUs were not tried so
 * @param shared a processor on which the host may touch a buffer's memory while no kernel runs (fine-grained shared virtual memory)
 * @param precision of products on it, as the configuration asks
 */
record ClFacts(int index, long handle, String platform, String name, String vendor, String driver, String version, boolean gpu, boolean available, boolean compiler, int units, int clock,
    int floatWidth, long maxGroup, long localBytes, long globalBytes, long maxAllocation, long alignment, List<String> extensions,
    boolean unordered, boolean shared, Precision precision) {

  ClFacts with(Precision wanted) {
    return new ClFacts(index, handle, platform, name, vendor, driver, version, gpu, available, compiler, units, clock, floatWidth, maxGroup, localBytes, globalBytes, maxAllocation, alignment, extensions,
        unordered, shared, wanted);
  }

  /** The same as if the host could not touch its memory. */
  ClFacts apart() {
    return new ClFacts(index, handle, platform, name, vendor, driver, version, gpu, available, compiler, units, clock, floatWidth, maxGroup, localBytes, globalBytes, maxAllocation, alignment, extensions,
        unordered, false, precision);
  }

  String id() {
    return "opencl:" + index;
  }

  boolean nvidia() {
    return vendor.toLowerCase(Locale.ROOT).contains("nvidia");
  }

  /** Device, driver and OpenCL version in one line. */
  String describe() {
    return id() + " " + name + " (" + platform + ", driver " + driver + ")";
  }

  /** Why it cannot be used at all; null when it can. */
  String refusal() {
    if (!available) return describe() + " says that it is not available; look whether another process holds it";
    if (!compiler) return describe() + " has no compiler for OpenCL C, which kernels come as; install its maker's full runtime";
    return null;
  }
}
