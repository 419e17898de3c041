package org.vulpes.compute.opencl.internal;

import java.util.List;
import org.vulpes.compute.KernelCall;

/**
 * A launch with everything known but addresses.
 *
 * @param program text and options to build
 * @param arguments of type {@link Place}, Integer, Long, Float, or {@link LocalBytes}
 * @param global a multiple of local in each dimension
 * @param call that it is for; for a conversion null
 * @param what entry or conversion, for profiles
 */
record Planned(Source program, String kernel, List<Object> arguments, long[] global, long[] local, KernelCall call, String what, String place) {
  /** What a program is built from. */
  record Source(String name, String text, String options) {}

  /** Local memory of a work-group. */
  record LocalBytes(long bytes) {}
}
