package org.vulpes.objective.distill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;
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
    var after = Run.once(g.record("divergence"), Map.of("student", new double[] {0.3, -1.2, 2.0, 0.1}, "teacher", new double[] {1.0, 0.5, -0.7, 0.2}));
    double[] d = after.get("slope");
    return new double[] {after.get("value")[0], d[0], d[1], d[2], d[3]};
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
