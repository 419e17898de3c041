package org.vulpes.graph;

import java.util.List;
import java.util.Map;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.Activation;

/**
 * A symbolic computation. Nodes are added in execution order. Not thread-safe.
 */
public final class Graph {

  /** Memory of the caller: a parameter, an input, a result. The same name gives the same tensor; another shape or type is refused. */
  public Tensor variable(String name, DType type, Axis... axes) {
    throw new UnsupportedOperationException();
  }

  /** Values known when the graph is recorded (RoPE tables); uploaded once. The same name must have the same values. */
  public Tensor constant(String name, double[] values, Axis... axes) {
    throw new UnsupportedOperationException();
  }

  /** Adds a node. @throws ShapeMismatch naming operation, place and axes */
  public List<Tensor> apply(Operation operation, Tensor... inputs) {
    throw new UnsupportedOperationException();
  }

  /** The only result of an operation with one, or the first of several. */
  public Tensor one(Operation operation, Tensor... inputs) {
    return apply(operation, inputs).getFirst();
  }

  /** The same values seen with other axes of the same total size; costs nothing. Differentiable. */
  public Tensor reshape(Tensor x, Axis... axes) {
    throw new UnsupportedOperationException();
  }

  /** Everything added until the returned scope is closed is labelled with this place: {@code model.layers.3.self_attn}. Nests with dots. */
  public Place at(String name) {
    throw new UnsupportedOperationException();
  }

  /** See {@link #at}. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * When the program ends, {@code variable} holds {@code value}. Reads of the variable anywhere in the graph see its old value. The planner
   * lets the producer write straight into the variable's memory where that is safe (in-place updates, {@code grad ← grad + dW} as an
   * accumulating kernel) and copies otherwise.
   */
  public void assign(Tensor variable, Tensor value) {
    throw new UnsupportedOperationException();
  }

  /** Gradients of a one-element tensor, as further nodes of this graph; a tensor that the scalar does not depend on gets a null entry. */
  public Map<Tensor, Tensor> gradients(Tensor scalar, List<Tensor> withRespectTo) {
    throw new UnsupportedOperationException();
  }

  /** Lowers what the assignments need to a program, with the default passes. */
  public Recording record(String name) {
    throw new UnsupportedOperationException();
  }

  // The operations by name, in the order of a decoder.

  /** table[ids]: ids [batch, time] → [batch, time, width]. */
  public Tensor embedding(Tensor table, Tensor ids) {
    return one(new org.vulpes.graph.operations.Embedding(), table, ids);
  }

  /** x wᵀ for a weight [out, in], as Hugging Face stores it. */
  public Tensor linear(Tensor x, Tensor weight) {
    return one(new org.vulpes.graph.operations.MatMul(false, true), x, weight);
  }

  /** x w for a weight [in, out] (GPT-2's Conv1D). */
  public Tensor matmul(Tensor x, Tensor weight) {
    return one(new org.vulpes.graph.operations.MatMul(false, false), x, weight);
  }

  public Tensor add(Tensor a, Tensor b) {
    return one(new org.vulpes.graph.operations.Add(), a, b);
  }

  public Tensor multiply(Tensor a, Tensor b) {
    return one(new org.vulpes.graph.operations.Multiply(), a, b);
  }

  public Tensor scale(Tensor x, double factor) {
    return one(new org.vulpes.graph.operations.Scale(factor), x);
  }

  public Tensor addBias(Tensor x, Tensor bias) {
    return one(new org.vulpes.graph.operations.AddBias(), x, bias);
  }

  public Tensor rmsNorm(Tensor x, Tensor weight, double epsilon, boolean offset) {
    return one(new org.vulpes.graph.operations.RmsNorm(epsilon, offset), x, weight);
  }

  /** @param bias null: none */
  public Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon) {
    var op = new org.vulpes.graph.operations.LayerNorm(epsilon);
    return bias == null ? one(op, x, weight) : one(op, x, weight, bias);
  }

  public Tensor rope(Tensor x, Tensor cos, Tensor sin, int headDim) {
    return one(new org.vulpes.graph.operations.Rope(headDim, 2 * cos.shape().last().size(), false), x, cos, sin);
  }

  /** @param window positions that can be seen, the own one included; 0: all */
  public Tensor attention(Tensor q, Tensor k, Tensor v, Tensor firstVisible, int heads, int kvHeads, int headDim, double scale, int window) {
    return one(new org.vulpes.graph.operations.Attention(heads, kvHeads, headDim, scale, window), q, k, v, firstVisible);
  }

  public Tensor activate(Activation kind, Tensor x) {
    return one(new org.vulpes.graph.operations.Activate(kind), x);
  }

  public Tensor gated(Activation kind, Tensor gate, Tensor up) {
    return one(new org.vulpes.graph.operations.GatedActivation(kind), gate, up);
  }

  /** Negative log-likelihood of each target, [batch, time]; 0 where the target is −1. */
  public Tensor crossEntropy(Tensor hidden, Tensor headWeight, Tensor targets) {
    return one(new org.vulpes.graph.operations.LinearCrossEntropy(), hidden, headWeight, targets);
  }

  /** Sum of a·b, one element. */
  public Tensor dot(Tensor a, Tensor b) {
    return one(new org.vulpes.graph.operations.Dot(), a, b);
  }
}
