package org.vulpes.graph;

/** A named dimension, so that a mismatch can be told in words ("width 128 against width 256"). */
public record Axis(String name, int size) {
  public Axis {
    if (size <= 0) throw new ShapeMismatch("axis '" + name + "' must have a positive size, but has " + size);
  }

  public static Axis of(String name, int size) {
    return new Axis(name, size);
  }

  @Override
  public String toString() {
    return name + " " + size;
  }
}
