package org.vulpes.model;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;

/** Where a brick builds: a graph, a path in the model, and the declaration of parameters under that path. */
public interface Scope {
  Graph graph();

  /** Where the graph's tokens stand and what they attend to. */
  Context context();

  /** "model.layers.3.self_attn". */
  String path();

  /** A scope one step deeper, for parameters below it; {@link Graph#at} gives nodes their label. */
  Scope child(String name);

  /**
   * Declares a parameter, or finds it again in another graph of the same model.
   *
   * @param name under this path: {@code "q_proj.weight"}
   */
  Tensor parameter(String name, Parameter.Initial initial, boolean decay, Axis... axes);

  /** A matrix [out, in] with the model's usual start (normal, {@code model.initial-deviation}; GPT-2's 1/sqrt(2·layers) is applied to {@code residual} ones when configured) and weight decay. */
  Tensor weight(String name, Axis out, Axis in);

  /** Like {@link #weight} for a matrix whose product is added to the residual stream. */
  Tensor residualWeight(String name, Axis out, Axis in);

  /** A vector that starts constant and is not decayed: norm weights (1, or 0 with offset), biases (0). */
  default Tensor vector(String name, double start, Axis axis) {
    return parameter(name, new Parameter.Initial.Constant(start), false, axis);
  }
}
