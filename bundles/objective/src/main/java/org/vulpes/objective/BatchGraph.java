package org.vulpes.objective;

import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;

/**
 * The graph of one micro-batch with its inputs declared: the caller fills these variables before every run of the program.
 *
 * @param tokens [batch, time] I32
 * @param targets [batch, time] I32, −1 where nothing is predicted
 * @param firstVisible [batch, time] I32
 * @param weight [batch, time] F32; sums to 1 over all micro-batches of a step, so that losses and gradients add up to the step's mean
 */
public record BatchGraph(Graph graph, Decoder model, int sequences, int length, Tensor tokens, Tensor targets, Tensor firstVisible, Tensor weight) {
  public static final String TOKENS = "batch.tokens";
  public static final String TARGETS = "batch.targets";
  public static final String FIRST_VISIBLE = "batch.first-visible";
  public static final String WEIGHT = "batch.weight";

  /** A fresh graph for micro-batches of this shape. */
  public static BatchGraph of(Decoder model, int sequences, int length) {
    var graph = new Graph();
    Axis[] axes = {Axis.of("batch", sequences), Axis.of("time", length)};
    return new BatchGraph(graph, model, sequences, length, graph.variable(TOKENS, DType.I32, axes), graph.variable(TARGETS, DType.I32, axes),
        graph.variable(FIRST_VISIBLE, DType.I32, axes), graph.variable(WEIGHT, DType.F32, axes));
  }
}
