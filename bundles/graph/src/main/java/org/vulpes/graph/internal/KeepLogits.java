package org.vulpes.graph.internal;

import java.util.Arrays;
import org.vulpes.compute.DType;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;

/**
 * Lets the head's gradient read the logits that the loss has computed: 8 % of the arithmetic of a step at 8,192 tokens. Reading and writing them costs a
 * tenth of that. Only where they are small, so that a vocabulary of 256 thousand still trains without ever holding its logits.
 */
public final class KeepLogits {
  /** Bytes that logits may take: 2,048 tokens of context with a vocabulary of 16,384. */
  private static final long MOST = 128L << 20;

  private KeepLogits() {}

  public static void run(Plan plan) {
    for (int i = 0; i < plan.steps.size(); i++) {
      Step loss = plan.steps.get(i);
      if (!(loss.operation instanceof LinearCrossEntropy op) || op.keep()) continue;
      int vocabulary = loss.inputs.get(1).shape()[0];
      long length = loss.inputs.get(2).value().length * vocabulary;
      if (length * DType.F32.bytes() > MOST) continue;
      for (int j = i + 1; j < plan.steps.size(); j++) {
        Step gradient = plan.steps.get(j);
        if (gradient.operation instanceof LinearCrossEntropyGradient g && !g.kept() && of(loss, gradient)) {
          keep(plan, i, j, length, vocabulary);
          break;
        }
      }
    }
  }

  private static boolean of(Step loss, Step gradient) {
    for (int i = 0; i < 3; i++) if (gradient.inputs.get(i).value() != loss.inputs.get(i).value()) return false;
    return gradient.inputs.get(3).value() == loss.outputs.get(1).value();
  }

  private static void keep(Plan plan, int loss, int gradient, long length, int vocabulary) {
    Step l = plan.steps.get(loss), g = plan.steps.get(gradient);
    int[] shape = l.inputs.get(0).shape();
    shape = Arrays.copyOf(shape, shape.length);
    shape[shape.length - 1] = vocabulary;
    var logits = new Step.Use(plan.result(DType.F32, length), shape);
    l.outputs.add(logits);
    g.inputs.add(logits);
    plan.steps.set(loss, new Step(new LinearCrossEntropy(true), l.inputs, l.outputs, l.label));
    plan.steps.set(gradient, new Step(new LinearCrossEntropyGradient(true), g.inputs, g.outputs, g.label));
  }
}
