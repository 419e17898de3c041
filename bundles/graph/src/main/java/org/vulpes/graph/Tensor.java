package org.vulpes.graph;

import org.vulpes.compute.DType;

/**
 * A node's result in a graph: no values, only shape, type and where it comes from. Made by {@link Graph} alone; identity is equality.
 */
public final class Tensor {
  /** Memory of the caller, bound by name when the program is prepared; null for results and constants. */
  final String variable;
  /** Values known at recording, or null. */
  final double[] constant;
  final Node node;
  final int output;
  private final Graph graph;
  private final Shape shape;
  private final DType type;

  Tensor(Graph graph, Shape shape, DType type, String variable, double[] constant, Node node, int output) {
    this.graph = graph;
    this.shape = shape;
    this.type = type;
    this.variable = variable;
    this.constant = constant;
    this.node = node;
    this.output = output;
  }

  /** An operation at its place in the graph. */
  record Node(int index, Operation operation, java.util.List<Tensor> inputs, String label) {}

  public Graph graph() {
    return graph;
  }

  public Shape shape() {
    return shape;
  }

  public DType type() {
    return type;
  }
}
