package org.vulpes.optimizer;

import java.util.List;
import java.util.Map;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Parameter;

/** Turns gradients into updates. Holds no state of its own: moments belong to the run, everything else follows from how often they were updated. */
public interface Optimizer {

  /** Peak learning rate; the schedule scales it. */
  double learningRate();

  /**
   * Names of the tensors, of the parameter's shape and zero at first, that are kept for each parameter: {@code ["m", "v"]}. A name means the same in every optimizer,
   * so that its values travel when one takes over from another: {@code m} is a running mean of the gradients (first moment), {@code v} one of their squares (second
   * moment). Whatever means something else needs a name of its own.
   */
  List<String> moments();

  /** Those of {@link #moments()} that are kept for one parameter, in that order: all, unless it treats some parameters otherwise than others. */
  default List<String> moments(Parameter parameter) {
    return moments();
  }

  /**
   * The value with which one parameter's moment begins when this optimizer takes over from another that did not keep it. It counts as one that has seen as many updates
   * as what it is made from.
   *
   * @param before the moments that the other one leaves, by name
   * @return of the parameter's shape; null: zero, and its updates are counted from here
   */
  default Tensor begin(Graph graph, String moment, Map<String, Tensor> before) {
    return null;
  }

  /**
   * Adds one parameter's update to the graph and assigns the new values to parameter and moments.
   *
   * @param value of the parameter
   * @param moments in the order of {@link #moments(Parameter)}
   * @param factor one element: what the gradient is multiplied with (global-norm clipping)
   * @param hyper the {@link #HYPER} values of {@link #hyper}
   */
  void update(Graph graph, Parameter parameter, Tensor value, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper);

  /** Length of the vector of step-dependent numbers. */
  int HYPER = 8;

  /**
   * Step-dependent numbers.
   *
   * @param updates how many updates each moment will have seen with this one, in the order of {@link #moments}: the step's number, unless another optimizer was there
   *     before, which did not keep that moment. What corrects for the moment's start at zero must count from there
   * @param learningRate of this step
   */
  double[] hyper(long[] updates, double learningRate);
}
