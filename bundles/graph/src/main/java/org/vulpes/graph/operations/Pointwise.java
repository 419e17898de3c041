package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * y = f(x), for losses: functions of few numbers each, not of a layer's activations ({@link Activate}). May run in place.
 */
public record Pointwise(Function function) implements Operation {

  /** With float64 definitions. */
  public enum Function {
    EXP,
    /** Natural. */
    LOG,
    SIGMOID,
    /** log(1 + eˣ) = −log sigmoid(−x). */
    SOFTPLUS,
    SQUARE,
    /** 1 / x. */
    RECIPROCAL;

    double of(double x) {
      return switch (this) {
        case EXP -> StrictMath.exp(x);
        case LOG -> StrictMath.log(x);
        case SIGMOID -> x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
        case SOFTPLUS -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
        case SQUARE -> x * x;
        case RECIPROCAL -> 1 / x;
      };
    }
  }

  @Override
  public String name() {
    return "pointwise";
  }

  @Override
  public String family() {
    return "elementwise";
  }

  @Override
  public int inPlace(int output) {
    return 0;
  }

  @Override
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x");
    return List.of(inputs.getFirst());
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    int each = switch (function) {
      case EXP, LOG, SQUARE, RECIPROCAL -> 1;
      case SIGMOID -> 3;
      case SOFTPLUS -> 4;
    };
    return each * outputs.getFirst().length();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    for (int i = 0; i < outputs[0].length; i++) outputs[0][i] = function.of(inputs[0][i]);
  }

  @Override
  public List<Tensor> gradient(Graph g, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    Tensor x = inputs.getFirst(), y = outputs.getFirst(), dy = outputGradients.getFirst();
    return List.of(switch (function) {
      case EXP -> g.multiply(dy, y);
      case LOG -> g.multiply(dy, g.one(new Pointwise(Function.RECIPROCAL), x));
      case SIGMOID -> g.add(g.multiply(dy, y), g.scale(g.multiply(dy, g.one(new Pointwise(Function.SQUARE), y)), -1));
      case SOFTPLUS -> g.multiply(dy, g.one(new Pointwise(Function.SIGMOID), x));
      case SQUARE -> g.scale(g.multiply(dy, x), 2);
      case RECIPROCAL -> g.scale(g.multiply(dy, g.one(new Pointwise(Function.SQUARE), y)), -1);
    });
  }
}
