package org.vulpes.optimizer;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;

/** Turns gradients into updates. Holds no state of its own: moments belong to the run, everything else follows from the step number. */
public interface Optimizer {

  /** Peak learning rate; the schedule scales it. */
  double learningRate();

  /** Names of the tensors, of the parameter's shape and zero at first, that are kept for each parameter: {@code ["m", "v"]}. */
  List<String> moments();

  /**
   * Adds one parameter's update to the graph and assigns the new values to parameter and moments.
   *
   * @param moments in the order of {@link #moments}
   * @param factor one element: what the gradient is multiplied with (global-norm clipping)
   * @param hyper the {@link #HYPER} values of {@link #hyper}
   * @param decay whether weight decay applies to this parameter
   */
  void update(Graph graph, Tensor parameter, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper, boolean decay);

  /** Length of the vector of step-dependent numbers. */
  int HYPER = 8;

  /** Step-dependent numbers. @param step counted from 1 @param learningRate of this step */
  double[] hyper(long step, double learningRate);
}
