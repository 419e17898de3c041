package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.compute.Operand;

/** What one call writes and others read: a version of a place in a program's memory. */
final class Value {
  final DType type;
  final long length;
  /** Index of the binding that it lies in; {@link Operand#ARENA}: the program's own memory. */
  final int binding;
  /** In elements, of a binding. */
  final long offset;
  /** True for one that is all of its binding. */
  final boolean whole;
  /** The value whose memory this one takes over: what it is added to, or an input that is overwritten; null: none. */
  final Value previous;
  final List<Step> readers = new ArrayList<>();

  Value(Operand operand, boolean whole, Value previous) {
    type = operand.type();
    length = operand.length();
    binding = operand.binding();
    offset = operand.offset();
    this.whole = whole;
    this.previous = previous;
  }

  boolean bound() {
    return binding != Operand.ARENA;
  }
}
