package org.vulpes.study.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.model.Decoder;
import org.vulpes.slot.InvalidInput;

/** Real models, with the bricks that people use. */
class MatchingTest {
  private static final StockPlugins PLUGINS = new StockPlugins();

  private static MatchRequest request(Quantity quantity, double allowed, Dimension... free) {
    return new MatchRequest(quantity, Set.of(free), allowed, key -> false, what -> new InvalidInput("x.conf:7: study.arms.x.match = " + quantity.word() + " " + what + "."));
  }

  private static Matching.Matched match(MatchRequest request, Config base, String change, int vocabulary) {
    return Matching.match(request, base, vocabulary, ConfigFactory.parseString(change).withFallback(base), vocabulary, PLUGINS);
  }

  private static String refusal(MatchRequest request, Config base, String change) {
    return assertThrows(InvalidInput.class, () -> match(request, base, change, 1000)).getMessage();
  }

  /** 12 key/value heads more are 2·2048·1536 parameters a block, as many as 1,024 units of an inner layer of three matrices. */
  @Test
  void foxWithAsManyKeyValueHeadsAsQueryHeadsGivesAQuarterOfItsInnerLayer() {
    var matched = match(request(Quantity.NON_EMBEDDING, 0, Dimension.FFN), PLUGINS.model("fox-1.conf"), "model.attention.gqa.kv-heads = 16", 256_000);
    assertEquals(3072, matched.config().getInt("model.feedforward.gated.width"));
    assertEquals(1_140_983_808, matched.match().reached());
    assertEquals(0, matched.match().mismatch());
    assertEquals("non-embedding parameters 1,140,983,808 → 1,140,983,808 (0 %), ffn 3,072", matched.match().words());
  }

  @Test
  void foxPocketWithThreeBlocksBecomesWide() {
    var matched = match(request(Quantity.NON_EMBEDDING, 0.01, Dimension.WIDTH, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.layers = 3", 2048);
    assertEquals("non-embedding parameters 1,116,288 → 1,119,664 (+0.30 %), width 208, ffn 424", matched.match().words());
  }

  /** Untied, the head of 2048 x 128 comes on top; 8 blocks give it back in whole steps of four. */
  @Test
  void untiedEmbeddingsArePaidByTheInnerLayer() {
    var matched = match(request(Quantity.PARAMETERS, 0.01, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.embedding.use = untied", 2048);
    // 262,144 / (8 · 3 · 128) = 85.3 units less than 256.
    assertEquals(172, matched.config().getInt("model.feedforward.gated.width"));
    assertEquals(1_378_432 + 262_144 - 84 * 8 * 3 * 128, matched.match().reached());
  }

  @Test
  void aPlainInnerLayerIsHalfAsWideAgainAsAGatedOne() {
    var matched = match(request(Quantity.NON_EMBEDDING, 0, Dimension.WIDTH, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.feedforward.use = plain", 2048);
    assertEquals(Map.of(Dimension.WIDTH, 128, Dimension.FFN, 384), matched.match().solved());
    assertEquals(384, matched.config().getInt("model.feedforward.plain.width"));
  }

  @Test
  void biasesAreCountedToo() {
    var matched = match(request(Quantity.NON_EMBEDDING, 0.01, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.feedforward.gated.bias = true", 2048);
    long counted = Decoder.of(matched.config(), PLUGINS, 2048).count().nonEmbedding();
    assertEquals(counted, matched.match().reached());
    // By hand: a unit costs 3·128 + 2 a block, and the down projection's bias 128.
    int ffn = matched.config().getInt("model.feedforward.gated.width");
    assertEquals(8 * (40_960 + (3 * 128 + 2) * ffn + 128 + 256) + 128, counted);
    assertEquals(256, ffn);
  }

  /** Without a head-dim of their own, heads grow with the width; Gemma's and Llama's do not. */
  @ParameterizedTest
  @CsvSource({"fox-1.conf, 256000, 16", "llama-3.2-1b.conf, 128256, 8", "gemma-2b.conf, 256000, 9", "stablelm-2-1.6b.conf, 100352, 12", "qwen1.5-1.8b.conf, 151936, 12"})
  void publishedModelsWithOtherDepthsFindAWidth(String file, int vocabulary, int layers) {
    Config base = PLUGINS.model(file);
    for (Quantity q : new Quantity[] {Quantity.PARAMETERS, Quantity.NON_EMBEDDING}) {
      var matched = match(request(q, 0.01, Dimension.WIDTH, Dimension.FFN), base, "model.layers = " + layers, vocabulary);
      double ratio = (double) base.getInt("model.feedforward.gated.width") / base.getInt("model.width");
      double solved = (double) matched.config().getInt("model.feedforward.gated.width") / matched.config().getInt("model.width");
      assertTrue(solved / ratio <= 1.25 + 1e-9 && ratio / solved <= 1.25 + 1e-9, file + ": " + matched.match().words());
      assertTrue(Math.abs(matched.match().mismatch()) < 0.002, file + ": " + matched.match().words());
      assertEquals(matched.match().reached(), q.of(Decoder.of(matched.config(), PLUGINS, vocabulary), matched.config(), PLUGINS));
    }
  }

  @Test
  void openElmTakesAnotherWidthButNoInnerWidth() {
    Config base = PLUGINS.model("openelm-1.1b.conf");
    var matched = match(request(Quantity.PARAMETERS, 0.01, Dimension.WIDTH), base, "model.embedding.use = untied", 32_000);
    assertTrue(matched.config().getInt("model.width") < 2048, matched.match().words());
    assertEquals("x.conf:7: study.arms.x.match = parameters frees ffn, but model.depth gives block 0 an inner width of its own, so no one number is left to solve; "
        + "free width instead.", refusal(request(Quantity.PARAMETERS, 0.01, Dimension.FFN), base, "model.embedding.use = untied"));
  }

  @Test
  void flopsAreThoseOfTheWholeCurriculum() {
    Config base = ConfigFactory.parseString("curriculum { use = staged, staged.stages = [ { name = a, until = 50%, sequence-length = 32, batch-tokens = 64 }, "
        + "{ name = b, sequence-length = 128, batch-tokens = 128 } ] }, training.tokens = 10000").withFallback(PLUGINS.model("fox-pocket.conf")).resolve();
    var matched = match(request(Quantity.FLOPS, 0.01, Dimension.FFN), base, "curriculum { use = flat, flat { sequence-length = 128, batch-tokens = 128 } }", 300);
    // Attention over more positions costs more, which the inner layer pays.
    assertTrue(matched.config().getInt("model.feedforward.gated.width") < 256, matched.match().words());
    assertEquals(matched.match().target(), Quantity.FLOPS.of(Decoder.of(base, PLUGINS, 300), base, PLUGINS));
    assertTrue(matched.match().mismatch() != 0 && Math.abs(matched.match().mismatch()) < 0.01, matched.match().words());
  }

  @Property(tries = 25)
  void whatIsSolvedIsLegalAndNoNeighbourIsNearer(@ForAll @IntRange(min = 1, max = 4) int groups, @ForAll @IntRange(min = 1, max = 4) int perGroup,
      @ForAll @IntRange(min = 2, max = 12) int pairs, @ForAll @IntRange(min = 1, max = 6) int layers, @ForAll @IntRange(min = 16, max = 300) int ffn, @ForAll boolean tied,
      @ForAll boolean plain, @ForAll @IntRange(min = 1, max = 6) int newLayers) {
    int heads = groups * perGroup;
    Config base = ConfigFactory.parseString("model { width = " + 2 * pairs * heads + ", layers = " + layers + ", embedding.use = " + (tied ? "tied" : "untied") + ", attention.gqa { heads = "
        + heads + ", kv-heads = " + groups + " }, feedforward { use = " + (plain ? "plain" : "gated") + ", plain.width = " + ffn + ", gated.width = " + ffn + " } }")
        .withFallback(PLUGINS.reference()).resolve();
    String key = "model.feedforward." + (plain ? "plain" : "gated") + ".width";
    var request = request(Quantity.PARAMETERS, 1, Dimension.WIDTH, Dimension.FFN);
    Config variant = ConfigFactory.parseString("model { layers = " + newLayers + ", attention.gqa.kv-heads = " + heads + " }").withFallback(base);
    if (variant.equals(base)) return;
    var matched = Matching.match(request, base, 500, variant, 500, PLUGINS);
    assertEquals(matched.match().reached(), Decoder.of(matched.config(), PLUGINS, 500).count().total());
    for (int step : new int[] {-1, 1}) {
      int other = matched.config().getInt(key) + step * ModelSizes.of(base, PLUGINS).steps().get(Dimension.FFN);
      if (other < 1) continue;
      double ratio = (double) other / matched.config().getInt("model.width") / ((double) ffn / base.getInt("model.width"));
      if (ratio > 1.25 || ratio < 0.8) continue;
      long neighbour = Decoder.of(ConfigFactory.parseString(key + " = " + other).withFallback(matched.config()), PLUGINS, 500).count().total();
      assertTrue(Math.abs(neighbour - matched.match().target()) >= Math.abs(matched.match().reached() - matched.match().target()), matched.match().words());
    }
  }

  @Test
  void stepsAreTheFinestThatKeepWholeVectors() {
    assertEquals(Map.of(Dimension.WIDTH, 2, Dimension.FFN, 4), ModelSizes.of(PLUGINS.model("fox-pocket.conf"), PLUGINS).steps());
    assertEquals(Map.of(Dimension.WIDTH, 32, Dimension.FFN, 64), ModelSizes.of(PLUGINS.model("fox-1.conf"), PLUGINS).steps());
    assertEquals(Map.of(Dimension.WIDTH, 2, Dimension.FFN, 1), ModelSizes.of(PLUGINS.model("fox-pocket.conf", "model.feedforward.gated.width=253"), PLUGINS).steps());
  }

  @Test
  void aMatchOutOfReachNamesTheNearest() {
    // With a block left, and its inner layer as it is, nothing but three or four blocks comes near the 8 at another width.
    String said = refusal(request(Quantity.NON_EMBEDDING, 0.01, Dimension.LAYERS), PLUGINS.model("fox-pocket.conf"), "model.width = 192");
    assertTrue(said.startsWith("x.conf:7: study.arms.x.match = non-embedding-parameters has no solution within 1 %: the nearest is non-embedding parameters 1,116,288 → "), said);
    assertTrue(said.endsWith(", layers 5; free width or ffn as well, or allow more by mismatch."), said);
  }

  @Test
  void tooLargeAnArmIsOutOfReachToo() {
    String said = refusal(request(Quantity.NON_EMBEDDING, 0.01, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.layers = 32");
    assertTrue(said.contains("the nearest is") && said.contains("ffn 4;"), said);
  }

  @Test
  void whatMismatchIsAllowedIsNoError() {
    var matched = match(request(Quantity.NON_EMBEDDING, 0.2, Dimension.LAYERS), PLUGINS.model("fox-pocket.conf"), "model.width = 192", 2048);
    assertTrue(Math.abs(matched.match().mismatch()) > 0.01, matched.match().words());
  }

  @Test
  void aMatchThatUndoesTheChangeIsRefused() {
    String said = refusal(request(Quantity.PARAMETERS, 0.01, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.feedforward.gated.width = 300");
    assertTrue(said.contains("leads back to the baseline"), said);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 0 %", "1000, 1003, +0.30 %", "100000, 99997, -0.003 %", "1000, 999, -0.10 %", "1e12, 1000000000001, +0.0000000001 %"})
  void aMismatchKeepsADigitThatCounts(double target, double reached, String words) {
    assertEquals(words, Match.percent(reached / target - 1));
  }

  @Test
  void whatTheArmSetsCannotBeFree() {
    var request = new MatchRequest(Quantity.PARAMETERS, EnumSet.of(Dimension.LAYERS), 0.01, key -> key.equals("model.layers"), InvalidInput::new);
    Config variant = ConfigFactory.parseString("model.layers = 3").withFallback(PLUGINS.model("fox-pocket.conf"));
    String said = assertThrows(InvalidInput.class, () -> Matching.check(request, variant, PLUGINS)).getMessage();
    assertTrue(said.endsWith("model.layers is set here, but is also free to be solved; take layers out of free, or do not set it."), said);
  }

  @Test
  void aModelThatCannotBeBuiltSaysWhy() {
    String said = refusal(request(Quantity.PARAMETERS, 0.01, Dimension.FFN), PLUGINS.model("fox-pocket.conf"), "model.attention.gqa.kv-heads = 3");
    assertTrue(said.contains("kv-heads = 3 does not divide heads = 8"), said);
  }
}
