package org.vulpes.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Named axes, outermost first; dense, row-major. */
public record Shape(List<Axis> axes) {
  public Shape {
    axes = List.copyOf(axes);
  }

  public static Shape of(Axis... axes) {
    return new Shape(Arrays.asList(axes));
  }

  /** The shape of one number: a single axis {@code one} of size 1. */
  public static Shape scalar() {
    return of(Axis.of("one", 1));
  }

  public int rank() {
    return axes.size();
  }

  public Axis axis(int i) {
    return axes.get(i < 0 ? axes.size() + i : i);
  }

  public Axis last() {
    return axis(-1);
  }

  /** Number of elements. */
  public long length() {
    long n = 1;
    for (Axis a : axes) n = Math.multiplyExact(n, a.size());
    return n;
  }

  /** Product of all axes but the last. */
  public int rows() {
    return Math.toIntExact(length() / last().size());
  }

  /** This shape with another last axis. */
  public Shape withLast(Axis last) {
    var a = new ArrayList<>(axes);
    a.set(a.size() - 1, last);
    return new Shape(a);
  }

  public int[] sizes() {
    return axes.stream().mapToInt(Axis::size).toArray();
  }

  /** True when the sizes agree, whatever the names. */
  public boolean sameSizes(Shape other) {
    return Arrays.equals(sizes(), other.sizes());
  }

  /** {@code [batch 2, time 16, width 128]} */
  @Override
  public String toString() {
    return axes.toString();
  }
}
