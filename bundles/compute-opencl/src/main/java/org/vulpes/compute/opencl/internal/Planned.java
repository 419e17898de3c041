package org.vulpes.compute.opencl.internal;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.vulpes.compute.KernelCall;

/**
 * A launch with everything known but addresses.
 *
 * @param program text and options to build
 * @param arguments of type {@link Place}, Integer, Long, Float, or {@link LocalBytes}
 * @param written places among them that are not only read
 * @param global a multiple of local in each dimension
 * @param calls that it is for, the same list for all launches of a task; empty for a conversion
 * @param what entry or conversion, for profiles
 */
record Planned(Source program, String kernel, List<Object> arguments, Set<Place> written, long[] global, long[] local, List<KernelCall> calls, String what, String place) {
  /** What is done, without whose memory it is done to. */
  List<Object> form() {
    List<Object> arguments = this.arguments.stream().map(a -> a instanceof Place p ? p.getClass() : a).toList();
    return List.of(program, kernel, arguments, Arrays.stream(global).boxed().toList(), Arrays.stream(local).boxed().toList());
  }

  /** The kernel that the driver sees, and the longest side of the range. */
  Order.Form width() {
    return new Order.Form(List.of(program.text(), program.options(), kernel, Arrays.stream(local).boxed().toList()), Arrays.stream(global).max().orElse(1));
  }

  /** The same with another place in the stead of one. */
  Planned with(Place old, Place other) {
    var there = new HashSet<>(written);
    if (there.remove(old)) there.add(other);
    return new Planned(program, kernel, arguments.stream().map(a -> a == old ? other : a).toList(), there, global, local, calls, what, place);
  }

  /** What a program is built from. */
  record Source(String name, String text, String options) {}

  /** Local memory of a work-group. */
  record LocalBytes(long bytes) {}
}
