package org.vulpes.graph.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.operations.Activate;
import org.vulpes.graph.operations.ActivateGradient;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.AddBias;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionGradient;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.Dot;
import org.vulpes.graph.operations.Embedding;
import org.vulpes.graph.operations.EmbeddingGradient;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.GatedActivationGradient;
import org.vulpes.graph.operations.LayerNorm;
import org.vulpes.graph.operations.LayerNormGradient;
import org.vulpes.graph.operations.LinearCrossEntropy;
import org.vulpes.graph.operations.LinearCrossEntropyGradient;
import org.vulpes.graph.operations.Lion;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.Multiply;
import org.vulpes.graph.operations.Pad;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.operations.RmsNormGradient;
import org.vulpes.graph.operations.Rope;
import org.vulpes.graph.operations.Scale;
import org.vulpes.graph.operations.ScaleBy;
import org.vulpes.graph.operations.Slice;
import org.vulpes.graph.operations.SquaredNorm;
import org.vulpes.graph.operations.SumRows;

class OperationCheckTest {

  /** One case for every stock operation. */
  static Stream<Arguments> everyOperation() {
    return Stream.of(
        of(new Activate(Activation.SILU), s(3, 5)),
        of(new ActivateGradient(Activation.GELU), s(3, 5), s(3, 5)),
        of(new AdamW(true), s(3, 5), s(3, 5), s(3, 5), s(3, 5), s(1), s(8)),
        of(new Add(), s(3, 5), s(3, 5)),
        of(new AddBias(), s(3, 5), s(5)),
        of(new Attention(4, 2, 3, 0.5, 0), s(2, 7, 12), s(2, 7, 6), s(2, 7, 6), s(2, 7)),
        of(new AttentionGradient(4, 2, 3, 0.5, 0), s(2, 7, 12), s(2, 7, 6), s(2, 7, 6), s(2, 7), s(2, 7, 12), s(2, 7, 4), s(2, 7, 12)),
        of(new ClipFactor(), s(1), s(1)),
        of(new Concat(), s(3, 2), s(3, 5)),
        of(new Dot(), s(3, 5), s(3, 5)),
        of(new Embedding(), s(7, 3), s(2, 5)),
        of(new EmbeddingGradient(7), s(2, 5), s(2, 5, 3)),
        of(new GatedActivation(Activation.SILU), s(3, 5), s(3, 5)),
        of(new GatedActivationGradient(Activation.SILU), s(3, 5), s(3, 5), s(3, 5)),
        of(new LayerNorm(1e-5), s(3, 5), s(5), s(5)),
        of(new LayerNormGradient(), s(3, 5), s(5), s(3, 1), s(3, 1), s(3, 5)),
        of(new LinearCrossEntropy(), s(2, 5, 3), s(11, 3), s(2, 5)),
        of(new LinearCrossEntropy(true), s(2, 5, 3), s(11, 3), s(2, 5)),
        of(new LinearCrossEntropyGradient(), s(2, 5, 3), s(11, 3), s(2, 5), s(2, 5), s(2, 5)),
        of(new LinearCrossEntropyGradient(true), s(2, 5, 3), s(11, 3), s(2, 5), s(2, 5), s(2, 5), s(2, 5, 11)),
        of(new Lion(true), s(3, 5), s(3, 5), s(3, 5), s(1), s(8)),
        of(new MatMul(false, true), s(2, 3, 5), s(7, 5)),
        of(new Multiply(), s(3, 5), s(3, 5)),
        of(new Pad(2, 9), s(3, 5)),
        of(new RmsNorm(1e-5, true), s(3, 8), s(4)),
        of(new RmsNormGradient(true), s(3, 8), s(4), s(3, 2), s(3, 8)),
        of(new Rope(4, 2, false), s(2, 3, 8), s(3, 1), s(3, 1)),
        of(new Scale(0.3), s(3, 5)),
        of(new ScaleBy(), s(3, 5), s(1)),
        of(new Slice(1, 3), s(3, 5)),
        of(new SquaredNorm(), s(3, 5), s(4)),
        of(new SumRows(), s(3, 5)));
  }

  private static Arguments of(Operation operation, int[]... sizes) {
    return Arguments.of(operation, sizes);
  }

  private static int[] s(int... sizes) {
    return sizes;
  }

  @ParameterizedTest
  @MethodSource("everyOperation")
  void theReferenceDeviceAgreesWithTheDefinition(Operation operation, int[][] sizes) {
    var check = OperationCheck.of(operation, 5, sizes);
    try (var device = new ReferenceDevice()) {
      assertEquals(0, check.error(check.run(device)), check.describe(check.run(device)));
      assertEquals(0, check.error(check.inPlace(device)));
      if (operation.accumulates()) assertTrue(check.error(check.accumulate(device)) < 1e-14);
    }
    for (double[] out : check.outputs()) for (double y : out) assertTrue(Double.isFinite(y));
    assertTrue(operation.flops(check.inputShapes(), check.outputShapes()) >= 0);
  }

  @Test
  void inputsFollowFromTheSeedAndAreFloats() {
    var one = OperationCheck.of(new Add(), 1, s(3), s(3));
    assertEquals(0, one.error(OperationCheck.of(new Add(), 1, s(3), s(3)).outputs()));
    assertTrue(one.error(OperationCheck.of(new Add(), 2, s(3), s(3)).outputs()) > 0);
    for (double x : one.inputs()[0]) assertEquals((float) x, x);
  }

  @Test
  void aWrongElementShowsAsErrorAndIsDescribed() {
    var check = OperationCheck.of(new Scale(1), List.of(Shape.of(Axis.of("width", 2))), new double[][] {{1, 2}});
    assertEquals(0.25, check.error(new double[][] {{1, 2.5}}));
    assertTrue(check.describe(new double[][] {{1, 2.5}}).endsWith("element 1 is 2.5, must be 2.0"));
    assertEquals(Double.POSITIVE_INFINITY, check.error(new double[][] {{1, Double.NaN}}));
  }
}
