package org.vulpes.objective.preference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.corpus.TokenStore;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** The losses on three pairs. Values and gradients are those of PyTorch 2.13 in float64, from the papers' formulas. */
class PreferenceLossTest {
  private static final double[] BETTER = {-12.5, -30.25, -7.0};
  private static final double[] WORSE = {-14.0, -22.5, -7.5};
  private static final double[] REFERENCE = {-13.0, -13.5, -28.0, -23.0, -8.0, -6.0};
  private static final double[] LENGTHS = {5, 6, 12, 9, 4, 3};

  private static PreferenceLoss loss(Method m) {
    return switch (m) {
      case DPO, IPO -> new PreferenceLoss(m, 0.1, 0, 1, 0, 1, 1);
      case KTO -> new PreferenceLoss(m, 0.1, 0, 1, 0, 1, 1.5);
      case SIMPO -> new PreferenceLoss(m, 2, 1, 1, 0, 1, 1);
      case ORPO -> new PreferenceLoss(m, 1, 0, 0.1, 0, 1, 1);
      case CPO -> new PreferenceLoss(m, 0.1, 0, 1, 0, 1, 1);
    };
  }

  /** Loss and its gradient by log π of each answer, better and worse in turn. */
  private static double[] run(PreferenceLoss loss) {
    var g = new Graph();
    Axis rows = Axis.of("batch", 6);
    Axis one = Axis.of("one", 1);
    Tensor sums = g.variable("sums", DType.F32, rows, one);
    double[] inverse = Arrays.stream(LENGTHS).map(n -> 1 / n).toArray();
    Tensor byLength = g.multiply(sums, g.constant("inverse", inverse, rows, one));
    Tensor policy = loss.method().byLength ? byLength : sums;
    Tensor reference = loss.method().reference ? g.constant("reference", REFERENCE, rows, one) : null;
    var terms = loss.method().pairs ? loss.ofPairs(g, policy, reference, g.scale(byLength, -1))
        : loss.ofLabels(g, policy, reference, g.constant("z", new double[] {.75, .75, .75, .75, .75, .75}, rows, one), g.constant("sign", new double[] {1, -1, 1, -1, 1, -1}, rows, one));
    double[] share = new double[(int) terms.loss().shape().length()];
    Arrays.fill(share, 1.0 / share.length);
    Tensor mean = g.dot(terms.loss(), g.constant("share", share, terms.loss().shape().axes().toArray(Axis[]::new)));
    g.assign(g.variable("loss", DType.F32, one), mean);
    g.assign(g.variable("slope", DType.F32, rows, one), g.gradients(mean, List.of(sums)).get(sums));
    double[] in = new double[6];
    for (int i = 0; i < 3; i++) {
      in[2 * i] = BETTER[i];
      in[2 * i + 1] = WORSE[i];
    }
    var after = ReferenceRun.once(g.record("loss"), Map.of("sums", in));
    double[] out = new double[7];
    out[0] = after.get("loss")[0];
    System.arraycopy(after.get("slope"), 0, out, 1, 6);
    return out;
  }

  @ParameterizedTest
  @CsvSource({
      "DPO, 0.6868022492140048, -0.01583402708403533, 0.01583402708403533, -0.018943999449274936, 0.018943999449274936, -0.014594116637140062, 0.014594116637140062",
      "IPO, 27.4375, -2.6666666666666665, 2.6666666666666665, -5.166666666666666, 5.166666666666666, -1.6666666666666665, 1.6666666666666665",
      "SIMPO, 1.1284216248604837, -0.10551886302319399, 0.08793238585266167, -0.041065081250058255, 0.05475344166674434, -0.0629234447996909, 0.08389792639958787",
      "CPO, 3.0713894634972316, -0.08208567182187501, 0.01541900515520835, -0.0505978277885588, 0.022820050010781023, -0.09958342011719298, 0.016250086783859655",
      "ORPO, 2.318533990129317, -0.07062946770830697, 0.00335677519979458, -0.029305206757640288, 0.002040326920105128, -0.08634235206448597, 0.0036112707263699236",
      "KTO, 0.6140388515308048, -0.004166015692810837, 0.006225649375340437, -0.004074305194845764, 0.006249023539216254, -0.004166015692810836, 0.006171561101651384"})
  void agreesWithPyTorch(Method method, double value, double b0, double w0, double b1, double w1, double b2, double w2) {
    double[] got = run(loss(method));
    assertEquals(value, got[0], 1e-12 * Math.max(1, value));
    assertArrayEquals(new double[] {b0, w0, b1, w1, b2, w2}, Arrays.copyOfRange(got, 1, 7), 1e-12);
  }

  @Test
  void smoothingMixesBothOrders() {
    assertEquals(0.7248809709033326, run(new PreferenceLoss(Method.DPO, 0.3, 0, 1, 0.2, 1, 1))[0], 1e-12);
  }

  private static TokenStore.Row row(boolean worse, int question, int... answer) {
    int[] ids = new int[question + answer.length];
    boolean[] learned = new boolean[ids.length];
    Arrays.fill(ids, 0, question, 7);
    System.arraycopy(answer, 0, ids, question, answer.length);
    Arrays.fill(learned, question, ids.length, true);
    return new TokenStore.Row(ids, learned, worse);
  }

  @Test
  void aRowIsAQuestionAndItsAnswerAlone() {
    var rows = new ArrayList<>(List.of(row(false, 2, 3, 4), row(true, 2, 5)));
    StepBatch b = new Preferences(loss(Method.SIMPO), true).lay(rows, 64, 9);
    assertEquals(32, b.length(), "in steps of 32");
    assertArrayEquals(new int[] {9, 7, 7, 3, 4, 9}, Arrays.copyOf(b.ints(StepBatch.TOKENS), 6));
    assertArrayEquals(new int[] {7, 7, 3, 4, -1}, Arrays.copyOf(b.ints(StepBatch.TARGETS), 5));
    assertArrayEquals(new float[] {0, 0, 1, 1, 0}, Arrays.copyOf(b.floats(StepBatch.WEIGHT), 5), "the answer alone counts");
    assertArrayEquals(new float[] {0.5f, 1}, b.floats("scale"), "one over the answer's length");
    var e = assertThrows(InvalidInput.class, () -> new Preferences(loss(Method.DPO), false).lay(rows, 4, 9));
    assertTrue(e.getMessage().contains("5 tokens, more than the lesson's sequence-length of 4"), e.getMessage());
  }

  @Test
  void onlyTheLossesThatNeedAReferenceAskForOne() {
    for (Method m : Method.values()) {
      Objective o = new PreferenceObjective().create(Options.of("loss = " + m.name().toLowerCase(java.util.Locale.ROOT) + ", length = paper"));
      assertEquals(m.reference ? 1 : 0, o.roles().size(), m.name());
      assertEquals(m.pairs ? 2 : 1, o.together());
    }
  }
}
