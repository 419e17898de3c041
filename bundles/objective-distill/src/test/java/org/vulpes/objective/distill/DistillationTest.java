package org.vulpes.objective.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionDivergence;
import org.vulpes.graph.operations.TopAndRest;
import org.vulpes.graph.reference.ReferenceRun;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.logits.TopRow;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.bytes.ByteTokenizer;

/** Divergences against PyTorch in float64, the list of losses, and the comparison by spans by hand. */
class DistillationTest {

  @ParameterizedTest
  @CsvSource({
      "forward-kl, 0.5, 1, 1.0842298859596404, -0.31366622086911955, -0.24126072356891623, 0.6467162877170142, -0.09178934327897838",
      "reverse-kl, 0.5, 1, 1.3007926098797373, -0.33422564950901806, -0.10426393488965337, 0.6467697074453796, -0.20828012304670845",
      "jsd, 0.3, 1, 0.2124886605077786, -0.05850045638375906, -0.027600394743320673, 0.11039567396060038, -0.024294822833520642",
      "jsd, 0, 2, 0.3074194996749362, -0.06781726420427459, -0.08529906424296184, 0.17371607191956479, -0.02059974347232836",
      "jsd, 1, 2, 0.3561543630111489, -0.09017764859897802, -0.06763302393574462, 0.21063215844813218, -0.05282148591340955",
      "jsd, 0.3, 2, 0.06506049844517284, -0.014991690313656318, -0.015396781239210724, 0.03635762219122732, -0.0059691506383602756"})
  void divergencesAgreeWithPyTorch(String kind, double mix, double temperature, double value, double d0, double d1, double d2, double d3) {
    double[] got = run((Term.Soft) Term.read(Options.of("kind = " + kind + ", mix = " + mix + ", temperature = " + temperature), 1, false));
    assertEquals(value, got[0], 1e-12);
    assertArrayEquals(new double[] {d0, d1, d2, d3}, new double[] {got[1], got[2], got[3], got[4]}, 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"skew-kl, 1, 0.8198633493709682", "skew-reverse-kl, 1, 0.8933028300705086", "skew-kl, 2, 0.24911031875905043", "skew-reverse-kl, 2, 0.27030845379082175"})
  void skewDivergencesAreThoseOfTheFormula(String kind, double temperature, double value) {
    assertEquals(value, run((Term.Soft) Term.read(Options.of("kind = " + kind + ", temperature = " + temperature), 1, false))[0], 1e-12);
  }

  private static double[] run(Term.Soft term) {
    var g = new Graph();
    Axis vocabulary = Axis.of("vocabulary", 4);
    Axis one = Axis.of("one", 1);
    Tensor student = g.variable("student", DType.F32, one, vocabulary);
    Tensor teacher = g.variable("teacher", DType.F32, one, vocabulary);
    Tensor value = g.dot(g.one(term.divergence(), student, teacher), g.constant("weight", new double[] {1}, one));
    g.assign(g.variable("value", DType.F32, one), value);
    g.assign(g.variable("slope", DType.F32, one, vocabulary), g.gradients(value, List.of(student)).get(student));
    var after = ReferenceRun.once(g.record("divergence"), Map.of("student", new double[] {0.3, -1.2, 2.0, 0.1}, "teacher", new double[] {1.0, 0.5, -0.7, 0.2}));
    double[] d = after.get("slope");
    return new double[] {after.get("value")[0], d[0], d[1], d[2], d[3]};
  }

  /** Forward, reverse and Jensen-Shannon divergence of k + 1 outcomes, written out: the chosen tokens, and all others as one. */
  private static double coarse(double[] student, double[] teacher, int[] ids, double t, double ofTeacher, double ofStudent, double mix) {
    double[] q = outcomes(student, ids, t);
    double[] p = outcomes(teacher, ids, t);
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      double m = mix * p[i] + (1 - mix) * q[i];
      sum += ofTeacher * p[i] * Math.log(p[i] / m) + ofStudent * q[i] * Math.log(q[i] / m);
    }
    return sum;
  }

  private static double[] outcomes(double[] logits, int[] ids, double t) {
    double all = 0;
    for (double x : logits) all += Math.exp(x / t);
    var out = new double[ids.length + 1];
    out[ids.length] = 1;
    for (int j = 0; j < ids.length; j++) out[ids.length] -= out[j] = Math.exp(logits[ids[j]] / t) / all;
    return out;
  }

  @ParameterizedTest
  @CsvSource({"forward-kl, 1, 1, 0, 0", "reverse-kl, 2, 0, 1, 1", "jsd, 0.7, 0.5, 0.5, 0.5"})
  void aStoredTeachersDivergenceIsThatOfItsLikeliestTokensAndTheRest(String kind, double t, double ofTeacher, double ofStudent, double mix) {
    double[] student = {0.3, -1.2, 2.0, 0.1, -0.4, 0.9};
    double[] teacher = {1.0, 0.5, -0.7, 0.2, 2.5, -1};
    var asFloats = new float[teacher.length];
    for (int i = 0; i < asFloats.length; i++) asFloats[i] = (float) teacher[i];
    TopRow said = TopRow.of(asFloats, new int[] {0}, 6, 2, t);
    assertArrayEquals(new int[] {0, 4}, said.ids());
    var its = new double[3];
    for (int i = 0; i < 3; i++) its[i] = t * said.logarithms()[i];

    var g = new Graph();
    Axis one = Axis.of("one", 1);
    Tensor logits = g.variable("student", DType.F32, one, Axis.of("vocabulary", 6));
    Tensor mine = g.one(new TopAndRest(t), logits, g.variable("ids", DType.I32, one, Axis.of("top", 2)));
    var divergence = ((Term.Soft) Term.read(Options.of("kind = " + kind), t, false)).divergence();
    Tensor value = g.dot(g.one(divergence, mine, g.variable("its", DType.F32, one, Axis.of("top-and-rest", 3))), g.constant("weight", new double[] {1}, one));
    g.assign(g.variable("value", DType.F32, one), value);
    g.assign(g.variable("slope", DType.F32, one, Axis.of("vocabulary", 6)), g.gradients(value, List.of(logits)).get(logits));
    var after = ReferenceRun.once(g.record("stored"), Map.of("student", student, "ids", new double[] {0, 4}, "its", its));
    // The stored logarithms are floats.
    assertEquals(coarse(student, teacher, said.ids(), t, ofTeacher, ofStudent, mix), after.get("value")[0], 2e-7);
    for (int i = 0; i < 6; i++) {
      double x = student[i];
      student[i] = x + 1e-5;
      double above = coarse(student, teacher, said.ids(), t, ofTeacher, ofStudent, mix);
      student[i] = x - 1e-5;
      double below = coarse(student, teacher, said.ids(), t, ofTeacher, ofStudent, mix);
      student[i] = x;
      assertEquals((above - below) / 2e-5, after.get("slope")[i], 3e-7, "logit " + i);
    }
  }

  /** Query heads that share key/value heads in both models, twice as many in the teacher, two documents in a row. */
  @Test
  void attentionWeightsDivergeAsInPyTorch() {
    double[] q = IntStream.range(0, 16).mapToDouble(i -> Math.sin(1.3 * i + 0.2) * 1.5).toArray();
    double[] k = IntStream.range(0, 8).mapToDouble(i -> Math.cos(0.7 * i) * 1.2).toArray();
    double[] teacherQ = IntStream.range(0, 48).mapToDouble(i -> Math.sin(0.9 * i)).toArray();
    double[] teacherK = IntStream.range(0, 24).mapToDouble(i -> Math.cos(1.1 * i + 0.4) * 1.4).toArray();
    var g = new Graph();
    Axis one = Axis.of("batch", 1);
    Axis time = Axis.of("time", 4);
    Tensor student = g.variable("q", DType.F32, one, time, Axis.of("queries", 4));
    Tensor keys = g.variable("k", DType.F32, one, time, Axis.of("keys", 2));
    var operation = new AttentionDivergence(new Attention(2, 1, 2, Math.pow(2, -0.5), 0), new Attention(4, 2, 3, Math.pow(3, -0.5), 0));
    Tensor each = g.one(operation, student, keys, g.variable("tq", DType.F32, one, time, Axis.of("teacher-queries", 12)), g.variable("tk", DType.F32, one, time, Axis.of("teacher-keys", 6)),
        g.variable("first", DType.I32, one, time));
    Tensor sum = g.dot(each, g.constant("weight", new double[] {0.5, 1, -0.3, 2}, one, time));
    g.assign(g.variable("each", DType.F32, one, time), each);
    var slopes = g.gradients(sum, List.of(student, keys));
    g.assign(g.variable("dq", DType.F32, one, time, Axis.of("queries", 4)), slopes.get(student));
    g.assign(g.variable("dk", DType.F32, one, time, Axis.of("keys", 2)), slopes.get(keys));
    var after = ReferenceRun.once(g.record("attention"), Map.of("q", q, "k", k, "tq", teacherQ, "tk", teacherK, "first", new double[] {0, 0, 2, 2}));
    assertArrayEquals(new double[] {0, 0.08625544216908063, 0, 0.14812402654377615}, after.get("each"), 1e-12);
    assertArrayEquals(new double[] {0, 0, 0, 0, -0.017178185322555335, -0.02627720167136307, 0.09309638546725943, 0.14240808617811712, 0, 0, 0, 0, -0.11520810569087095, -0.28625255080517803,
        0.06699414505536838, 0.16645742759253518}, after.get("dq"), 1e-12);
    assertArrayEquals(new double[] {0.15869909150193315, 0.006975130532677098, -0.15869909150193323, -0.006975130532677079, 0.05123483254160889, -0.4528131171527651, -0.051234832541608835,
        0.452813117152765}, after.get("dk"), 1e-12);
  }

  @Test
  void temperatureSquaredKeepsTheGradientsSize() {
    assertEquals(9, ((Term.Soft) Term.read(Options.of("kind = forward-kl, temperature = 3"), 1, true)).factor());
    assertEquals(1, ((Term.Soft) Term.read(Options.of("kind = forward-kl, temperature = 3"), 1, false)).factor());
  }

  private static Objective objective(String more) {
    return new DistillObjective().create(Options.of(more + """

        temperature = 1, scale-by-temperature = true, align = none, hard-weight = 1
        on-policy { share = 0, by = student, prompt = 0.25, temperature = 1, top-k = 0 }
        """));
  }

  @Test
  void refusesWhatCannotBeMeant() {
    assertTrue(message("teacher = \"\", losses = [{ kind = hard }]").contains("teacher is missing; give the folder of the run"));
    assertTrue(message("teacher = x, losses = [{ kind = forward-lk }]").contains("forward-kl"), "a misspelt kind");
    assertTrue(message("teacher = x, losses = [{ kind = hidden }]").contains("say which block of the student"));
    assertTrue(message("teacher = x, losses = [{ kind = hard, wieght = 2 }]").contains("weight"));
    assertTrue(message("teacher = x, losses = [{ kind = jsd }, { kind = jsd, mix = 0.1 }]").contains("twice"));
    assertTrue(message("teacher = x, losses = [{ kind = hard, weight = 0 }]").contains("no weight above 0"));
    Tokenizer bytes = new ByteTokenizer();
    var e = assertThrows(InvalidInput.class, () -> objective("teacher = x, losses = [{ kind = hard }]").check(bytes, Map.of("teacher", bytes.withSpecials(List.of("<|a|>")))));
    assertTrue(e.getMessage().contains("another vocabulary (258 ids) than the student (257 ids)") && e.getMessage().contains("align = spans"), e.getMessage());
  }

  private static String message(String config) {
    return assertThrows(InvalidInput.class, () -> objective(config)).getMessage();
  }

  /** Two bytes are one token. */
  private record Pairs() implements Tokenizer {
    @Override
    public int vocabularySize() {
      return 1 << 16;
    }

    @Override
    public int[] encode(CharSequence text) {
      var ids = new int[(text.length() + 1) / 2];
      for (int i = 0; i < ids.length; i++) ids[i] = text.charAt(2 * i) << 8 | (2 * i + 1 < text.length() ? text.charAt(2 * i + 1) : 0);
      return ids;
    }

    @Override
    public String decode(int... ids) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] bytes(int id) {
      return id == 0xFFFF ? new byte[0] : (id & 255) == 0 ? new byte[] {(byte) (id >> 8)} : new byte[] {(byte) (id >> 8), (byte) id};
    }

    @Override
    public int endOfText() {
      return 0xFFFF;
    }

    @Override
    public String fingerprint() {
      return "pairs";
    }

    @Override
    public void save(java.nio.file.Path file) {}
  }

  @Test
  void spansAreComparedWhereBothVocabulariesEndAToken() {
    // Two documents in one sequence: "abc" ⟨end⟩, "de".
    int end = 256;
    int[] targets = {'a', 'b', 'c', end, 'd', 'e', -1, -1};
    int[] first = {0, 0, 0, 0, 4, 4, 6, 7};
    float[] weight = {.2f, .2f, .2f, .2f, .2f, .2f, 0, 0};
    var batch = new StepBatch(1, 8, new TreeMap<>(Map.of("tokens", new int[8], "targets", targets, "first-visible", first, "weight", weight)), 8, 5, 0, new TreeMap<>());
    var rows = new Rows(batch, new ByteTokenizer(), new Pairs());
    assertEquals(3, rows.spans(), "ab, c, de");
    StepBatch translated = rows.translated();
    assertEquals(2, translated.sequences());
    int length = translated.length();
    assertArrayEquals(new int[] {'a' << 8 | 'b', 'c' << 8, -1}, java.util.Arrays.copyOf(translated.ints("targets"), 3));
    assertEquals(0xFFFF, translated.ints("tokens")[0]);
    assertEquals('a' << 8 | 'b', translated.ints("tokens")[1]);

    float[] student = {1, 2, 3, 9, 0.5f, 0.25f, 9, 9};
    float[] teacher = new float[2 * length];
    teacher[0] = 2;
    teacher[1] = 3.5f;
    teacher[length] = 1;
    var slope = new float[8];
    var offset = new float[1];
    double loss = rows.compare(student, teacher, slope, offset);
    // ab: (3 − 2)²/2, c: (3 − 3.5)²/1, de: (0.75 − 1)²/2, over five bytes.
    assertEquals((0.5 + 0.25 + 0.03125) / 5, loss, 1e-6);
    assertArrayEquals(new float[] {0.2f, 0.2f, -0.2f, 0, -0.05f, -0.05f, 0, 0}, slope, 1e-6f);
    double linear = offset[0];
    for (int i = 0; i < 8; i++) linear += slope[i] * student[i];
    assertEquals(loss, linear, 1e-6, "what the graph adds up to");
  }
}
