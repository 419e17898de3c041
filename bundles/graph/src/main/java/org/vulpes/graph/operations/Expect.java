package org.vulpes.graph.operations;

import java.util.Arrays;
import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.ShapeMismatch;
import org.vulpes.graph.Tensor;

/** What the stock operations demand of their inputs; each failure is the part of a sentence that follows "matmul at model.layers.3: ". */
final class Expect {
  private Expect() {}

  static void that(boolean holds, String otherwise) {
    if (!holds) throw new ShapeMismatch(otherwise);
  }

  static void inputs(List<Shape> inputs, String... names) {
    that(inputs.size() == names.length, "takes " + names.length + " inputs " + Arrays.toString(names) + ", but got " + inputs.size());
  }

  static void rank(List<Shape> inputs, int i, String name, int rank) {
    that(inputs.get(i).rank() == rank, name + " " + inputs.get(i) + " must have " + rank + " axes");
  }

  static void length(List<Shape> inputs, int i, String name, long length) {
    that(inputs.get(i).length() == length,
        name + " " + inputs.get(i) + " must have " + length + (length == 1 ? " element" : " elements") + ", but has " + inputs.get(i).length());
  }

  static void sameSizes(List<Shape> inputs, int i, String a, int j, String b) {
    Shape left = inputs.get(i), right = inputs.get(j);
    that(left.sameSizes(right), a + " " + left + " does not match " + b + " " + right);
  }

  /** The last axis of input i has the size that {@code because} tells. */
  static void last(List<Shape> inputs, int i, String name, long size, String because) {
    Axis last = inputs.get(i).last();
    that(last.size() == size, last + " of " + name + " does not match " + because);
  }

  /** All axes but the last agree. */
  static void sameLeading(List<Shape> inputs, int i, String a, int j, String b) {
    int[] left = inputs.get(i).sizes(), right = inputs.get(j).sizes();
    that(left.length == right.length && Arrays.equals(left, 0, left.length - 1, right, 0, right.length - 1),
        a + " " + inputs.get(i) + " and " + b + " " + inputs.get(j) + " must agree in all axes but the last");
  }

  /** Input i has one element for each row of input {@code of}: its axes without the last (a single row: one element). */
  static void leading(List<Shape> inputs, int i, String name, int of, String whole) {
    int[] rows = inputs.get(i).sizes(), full = inputs.get(of).sizes();
    boolean fits = full.length == 1 ? inputs.get(i).length() == 1 : Arrays.equals(rows, Arrays.copyOf(full, full.length - 1));
    that(fits, name + " " + inputs.get(i) + " does not match the axes before the last of " + whole + " " + inputs.get(of));
  }

  /** Input i is a vector as long as the last axis of input {@code of}. */
  static void vector(List<Shape> inputs, int i, String name, int of, String whole) {
    rank(inputs, i, name, 1);
    Axis last = inputs.get(of).last();
    that(inputs.get(i).last().size() == last.size(), last + " of " + whole + " does not match " + inputs.get(i).last() + " of " + name);
  }

  /** Input i is a vector whose length divides the last axis of input {@code of}. */
  static void group(List<Shape> inputs, int i, String name, int of, String whole) {
    rank(inputs, i, name, 1);
    Axis last = inputs.get(of).last();
    that(last.size() % inputs.get(i).last().size() == 0,
        last + " of " + whole + " is not a multiple of " + inputs.get(i).last() + " of " + name);
  }

  static UnsupportedOperationException noSecondDerivative(Operation operation) {
    return new UnsupportedOperationException(operation.name() + " is itself a gradient, and second derivatives are not offered");
  }

  static UnsupportedOperationException noGradient(Operation operation) {
    return new UnsupportedOperationException(operation.name() + " is an update of parameters, which has no gradient");
  }

  /** Refuses a loss that depends on a side result that only the backward pass is meant to read. */
  static void noGradientOf(Operation operation, String output, Tensor gradient) {
    if (gradient != null) throw new UnsupportedOperationException("the result " + output + " of " + operation.name() + " has no gradient");
  }
}
