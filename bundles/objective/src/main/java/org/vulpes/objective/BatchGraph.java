package org.vulpes.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;

/**
 * The graph of one micro-batch with its inputs declared: the caller fills these variables before every run of the program.
 *
 * @param tokens [batch, time] I32
 * @param targets [batch, time] I32, −1 where nothing is predicted
 * @param firstVisible [batch, time] I32
 * @param weight [batch, time] F32; such that losses and gradients of all micro-batches of a step add up to the step's
 * @param own trainable tensors that belong to the objective, by name, as {@link #parameter} declared them
 */
public record BatchGraph(Graph graph, Models models, int sequences, int length, Tensor tokens, Tensor targets, Tensor firstVisible, Tensor weight, Map<String, Parameter> own) {
  /** Before the name of every input. */
  public static final String INPUT = "batch.";
  public static final String TOKENS = INPUT + StepBatch.TOKENS;
  public static final String TARGETS = INPUT + StepBatch.TARGETS;
  public static final String FIRST_VISIBLE = INPUT + StepBatch.FIRST_VISIBLE;
  public static final String WEIGHT = INPUT + StepBatch.WEIGHT;
  private static final String PART = "objective";

  /** A fresh graph for micro-batches of this shape. */
  public static BatchGraph of(Models models, int sequences, int length) {
    var graph = new Graph();
    Axis[] axes = {Axis.of("batch", sequences), Axis.of("time", length)};
    return new BatchGraph(graph, models, sequences, length, graph.variable(TOKENS, DType.I32, axes), graph.variable(TARGETS, DType.I32, axes),
        graph.variable(FIRST_VISIBLE, DType.I32, axes), graph.variable(WEIGHT, DType.F32, axes), new LinkedHashMap<>());
  }

  public static BatchGraph of(Decoder policy, int sequences, int length) {
    return of(Models.of(policy), sequences, length);
  }

  /** The policy. */
  public Decoder model() {
    return models.policy();
  }

  /** The frozen model of a role that the objective declares. */
  public Decoder role(String name) {
    return models.role(name);
  }

  /**
   * A further input.
   *
   * @param name as in {@link StepBatch#inputs}
   * @param axes every sequence has an equal share of it, in the order of the sequences
   */
  public Tensor input(String name, DType type, Axis... axes) {
    return graph.variable(INPUT + name, type, axes);
  }

  /**
   * A trainable tensor that belongs to the objective and not to the model: a value head, a projection. It is optimised with the model and kept in checkpoints beside it.
   * The same ones must be asked for at every shape.
   */
  public Tensor parameter(String name, Parameter.Initial initial, boolean decay, Axis... axes) {
    String full = PART + "." + name;
    own.putIfAbsent(full, new Parameter(full, PART, Shape.of(axes), initial, decay));
    return graph.variable(full, DType.F32, axes);
  }

  /** What {@link #parameter} declared so far. */
  public List<Parameter> parameters() {
    return new ArrayList<>(own.values());
  }

  /** The sum of each row of x [rows, columns] → [rows, 1]. */
  public Tensor sumOfRows(Tensor x) {
    int columns = x.shape().last().size();
    var ones = new double[columns];
    java.util.Arrays.fill(ones, 1);
    return graph.matmul(x, graph.constant("ones column " + columns, ones, x.shape().last(), Axis.of("one", 1)));
  }
}
