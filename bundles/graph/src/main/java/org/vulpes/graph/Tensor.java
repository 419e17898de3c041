package org.vulpes.graph;

import java.util.List;
import org.vulpes.compute.DType;

/**
 * A node's result in a graph: no values, only shape, type and where it comes from. Made by {@link Graph} alone; identity is equality.
 */
public final class Tensor {
  /** Where the values come from: a binding of this name (variables and constants), or else a node's result. */
  final String name;
  /** Values known at recording, or null. */
  final double[] constant;
  final Node node;
  final int output;
  private final Graph graph;
  private final Shape shape;
  private final DType type;

  Tensor(Graph graph, Shape shape, DType type, String name, double[] constant) {
    this(graph, shape, type, name, constant, null, 0);
  }

  Tensor(Node node, Graph graph, Shape shape, DType type, int output) {
    this(graph, shape, type, null, null, node, output);
  }

  private Tensor(Graph graph, Shape shape, DType type, String name, double[] constant, Node node, int output) {
    this.graph = graph;
    this.shape = shape;
    this.type = type;
    this.name = name;
    this.constant = constant;
    this.node = node;
    this.output = output;
  }

  /** An operation at its place in the graph; {@code index} counts the graph's nodes in order of creation, which is the order of execution. */
  record Node(int index, Operation operation, List<Tensor> inputs, List<Tensor> outputs, String label) {}

  public Graph graph() {
    return graph;
  }

  public Shape shape() {
    return shape;
  }

  public DType type() {
    return type;
  }

  boolean isVariable() {
    return name != null && constant == null;
  }

  /** For messages: {@code 'model.norm.weight' [width 128]} or {@code matmul [batch 2, width 128]}. */
  @Override
  public String toString() {
    return (name != null ? "'" + name + "'" : node.operation().name()) + " " + shape;
  }
}
