package org.vulpes.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Activate;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.AddBias;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.Dot;
import org.vulpes.graph.operations.Embedding;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.LayerNorm;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Multiply;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.operations.Rope;
import org.vulpes.graph.operations.Scale;

/**
 * A symbolic computation. Nodes are added in execution order. Not thread-safe.
 */
public final class Graph {
  private final Map<String, Tensor> named = new LinkedHashMap<>();
  private final List<Tensor.Node> nodes = new ArrayList<>();
  private final Map<Tensor, Tensor> assignments = new LinkedHashMap<>();
  private String label = "";

  /** Memory of the caller: a parameter, an input, a result. The same name gives the same tensor; another shape or type is refused. */
  public Tensor variable(String name, DType type, Axis... axes) {
    Shape shape = Shape.of(axes);
    Tensor known = named.computeIfAbsent(name, n -> new Tensor(this, shape, type, n, null));
    if (!known.isVariable()) throw new ShapeMismatch("'" + name + "' is a constant of this graph and cannot be a variable too");
    if (known.type() != type || !known.shape().sameSizes(shape)) {
      throw new ShapeMismatch("variable '" + name + "' is " + known.type() + " " + known.shape() + ", but was asked for as " + type + " " + shape);
    }
    return known;
  }

  /** Values known when the graph is recorded (RoPE tables); uploaded once. The same name must have the same values. */
  public Tensor constant(String name, double[] values, Axis... axes) {
    Shape shape = Shape.of(axes);
    if (values.length != shape.length()) throw new ShapeMismatch("constant '" + name + "' has " + values.length + " values for " + shape);
    Tensor known = named.computeIfAbsent(name, n -> new Tensor(this, shape, DType.F32, n, values.clone()));
    if (known.isVariable()) throw new ShapeMismatch("'" + name + "' is a variable of this graph and cannot be a constant too");
    if (!known.shape().sameSizes(shape) || !Arrays.equals(known.constant, values)) {
      throw new ShapeMismatch("constant '" + name + "' " + known.shape() + " was asked for again as " + shape + " with other values or sizes");
    }
    return known;
  }

  /** Adds a node. @throws ShapeMismatch naming operation, place and axes */
  public List<Tensor> apply(Operation operation, Tensor... inputs) {
    for (Tensor x : inputs) check(operation, x);
    List<Shape> shapes;
    try {
      for (int i = 0; i < inputs.length; i++) types(operation, i, inputs[i]);
      shapes = operation.infer(Arrays.stream(inputs).map(Tensor::shape).toList());
    } catch (ShapeMismatch e) {
      throw new ShapeMismatch(operation.name() + place(label) + ": " + e.getMessage());
    }
    var outputs = new ArrayList<Tensor>();
    var node = new Tensor.Node(nodes.size(), operation, List.of(inputs), outputs, label);
    for (int i = 0; i < shapes.size(); i++) outputs.add(new Tensor(node, this, shapes.get(i), operation.type(i), i));
    nodes.add(node);
    return List.copyOf(outputs);
  }

  private void check(Operation operation, Tensor x) {
    if (x == null) throw new NullPointerException(operation.name() + place(label) + ": an input is null");
    if (x.graph() != this) throw new IllegalArgumentException(operation.name() + place(label) + ": " + x + " belongs to another graph");
  }

  private static void types(Operation operation, int i, Tensor x) {
    boolean whole = operation.inputType(i) == DType.I32;
    if (whole != (x.type() == DType.I32)) {
      throw new ShapeMismatch("input " + i + " must hold " + (whole ? "whole numbers (I32)" : "floating-point numbers") + ", but " + x + " is " + x.type());
    }
  }

  /** The only result of an operation with one, or the first of several. */
  public Tensor one(Operation operation, Tensor... inputs) {
    return apply(operation, inputs).getFirst();
  }

  /** The same values seen with other axes of the same total size; costs nothing. Differentiable. */
  public Tensor reshape(Tensor x, Axis... axes) {
    Shape shape = Shape.of(axes);
    return shape.equals(x.shape()) ? x : one(new View(shape, x.type()), x);
  }

  /**
   * Everything added until the returned scope is closed is labelled with this place: {@code model.layers.3.self_attn}. Nests with dots.
   * Nodes of the backward pass carry the label of the node they belong to, with {@code .gradient} behind it.
   */
  public Place at(String name) {
    return under(label.isEmpty() ? name : label + "." + name);
  }

  /** Replaces the whole label until the place is closed. */
  Place under(String whole) {
    String outer = label;
    label = whole;
    return () -> label = outer;
  }

  /** " at model.layers.3", or nothing. */
  static String place(String label) {
    return label.isEmpty() ? "" : " at " + label;
  }

  /** See {@link #at}. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * When the program ends, {@code variable} holds {@code value}. Reads of the variable anywhere in the graph see its old value. The planner
   * lets the producer write straight into the variable's memory where that is safe (in-place updates, {@code grad ← grad + dW} as an
   * accumulating kernel) and copies otherwise. A variable is assigned once in a graph.
   */
  public void assign(Tensor variable, Tensor value) {
    if (variable.graph() != this || value.graph() != this) throw new IllegalArgumentException("assign: " + variable + " and " + value + " must belong to this graph");
    if (!variable.isVariable()) throw new IllegalArgumentException("assign: " + variable + " is not a variable");
    if (!variable.shape().sameSizes(value.shape()) || variable.type() != value.type()) {
      throw new ShapeMismatch("assign: " + value + " (" + value.type() + ") does not fit the variable " + variable + " (" + variable.type() + ")");
    }
    if (assignments.putIfAbsent(variable, value) != null) throw new IllegalArgumentException("assign: the variable " + variable + " is assigned twice");
  }

  /** Gradients of a one-element tensor, as further nodes of this graph; a tensor that the scalar does not depend on gets a null entry. */
  public Map<Tensor, Tensor> gradients(Tensor scalar, List<Tensor> withRespectTo) {
    return new Gradients(this).of(scalar, withRespectTo, List.copyOf(nodes));
  }

  /** Lowers what the assignments need to a program, with the default passes. */
  public Recording record(String name) {
    return record(name, Pass.ALL);
  }

  /** Lowers with some passes only; every choice computes the same values, and without any the program is the graph, node by node. */
  public Recording record(String name, Set<Pass> passes) {
    return new Lowering(named.values(), nodes, assignments).record(name, passes);
  }

  // The operations by name, in the order of a decoder.

  /** table[ids]: ids [batch, time] → [batch, time, width]. */
  public Tensor embedding(Tensor table, Tensor ids) {
    return one(new Embedding(), table, ids);
  }

  /** x wᵀ for a weight [out, in], as Hugging Face stores it. */
  public Tensor linear(Tensor x, Tensor weight) {
    return one(new MatMul(false, true), x, weight);
  }

  /** x w for a weight [in, out] (GPT-2's Conv1D). */
  public Tensor matmul(Tensor x, Tensor weight) {
    return one(new MatMul(false, false), x, weight);
  }

  public Tensor add(Tensor a, Tensor b) {
    return one(new Add(), a, b);
  }

  public Tensor multiply(Tensor a, Tensor b) {
    return one(new Multiply(), a, b);
  }

  public Tensor scale(Tensor x, double factor) {
    return one(new Scale(factor), x);
  }

  public Tensor addBias(Tensor x, Tensor bias) {
    return one(new AddBias(), x, bias);
  }

  public Tensor rmsNorm(Tensor x, Tensor weight, double epsilon, boolean offset) {
    return one(new RmsNorm(epsilon, offset), x, weight);
  }

  /** @param bias null: none */
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    var op = new LayerNorm(epsilon);
    return bias == null ? one(op, x, weight) : one(op, x, weight, bias);
  }

  public Tensor rope(Tensor x, Tensor cos, Tensor sin, int headDim) {
    return one(new Rope(headDim, 2 * cos.shape().last().size(), false), x, cos, sin);
  }

  /** @param window positions that can be seen, the own one included; 0: all */
  public Tensor attention(Tensor q, Tensor k, Tensor v, Tensor firstVisible, int heads, int kvHeads, int headDim, double scale, int window) {
    return one(new Attention(heads, kvHeads, headDim, scale, window), q, k, v, firstVisible);
  }

  public Tensor activate(Activation kind, Tensor x) {
    return one(new Activate(kind), x);
  }

  public Tensor gated(Activation kind, Tensor gate, Tensor up) {
    return one(new GatedActivation(kind), gate, up);
  }

  /** Negative log-likelihood of each target, [batch, time]; 0 where the target is −1. */
  public Tensor crossEntropy(Tensor hidden, Tensor headWeight, Tensor targets) {
    return one(new LinearCrossEntropy(), hidden, headWeight, targets);
  }

  /** Sum of a·b, one element. */
  public Tensor dot(Tensor a, Tensor b) {
    return one(new Dot(), a, b);
  }
}
