package org.vulpes.graph;

import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.compute.Kernel;

/**
 * A kind of node: shape rule, FLOP rule, float64 definition, gradient. Implemented by records whose components are the node's attributes;
 * the record itself travels into the program as the {@link Kernel} to run.
 */
public interface Operation extends Kernel {

  /**
   * Shapes of the results.
   *
   * @throws ShapeMismatch naming the axes that do not fit
   */
  List<Shape> infer(List<Shape> inputs);

  /** Element type of result {@code i}. */
  default DType type(int output) {
    return DType.F32;
  }

  /** Element type of input {@code i}: I32 for ids and positions; F32 stands for every floating-point type. */
  default DType inputType(int input) {
    return DType.F32;
  }

  /**
   * Floating-point operations that the mathematics asks for: a multiply-add counts 2; exp, log, division and square root count 1. What an implementation
   * computes a second time rather than keep does not count (the model FLOPs of Chowdhery et al. 2022, arXiv 2204.02311, appendix B): two models are matched by
   * what they are, not by what fits into memory here.
   */
  long flops(List<Shape> inputs, List<Shape> outputs);

  /**
   * The definition, in float64, row-major: fills {@code outputs} (all zero at entry) from {@code inputs} (token ids and positions arrive as
   * whole doubles). Slow and plain on purpose: this is what every kernel is tested against.
   */
  void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes);

  /**
   * Gradients of a scalar with respect to the inputs, as graph.
   *
   * @param outputGradients one for each output, null where the scalar does not depend on it
   * @return one for each input, null where there is none (ids, or an input that cannot be differentiated)
   * @throws UnsupportedOperationException when the operation is itself a gradient: second derivatives are not offered
   */
  List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients);

  /** True when every device's kernel can add its results to what the outputs hold ({@link org.vulpes.compute.KernelCall#accumulate}). */
  default boolean accumulates() {
    return false;
  }

  /** The input whose memory result {@code output} may take over while the kernel runs, or -1. */
  default int inPlace(int output) {
    return -1;
  }
}
