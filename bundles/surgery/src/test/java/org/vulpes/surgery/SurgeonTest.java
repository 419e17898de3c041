package org.vulpes.surgery;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;

class SurgeonTest {
  private static final int[] TEXT = {3, 120, 7, 99, 200, 45, 7};

  private final Theatre theatre = new Theatre();
  private final Tokenizer bytes = new org.vulpes.tokenizer.bytes.ByteTrainer().create(Options.of("")).train(Stream.empty(), x -> {});

  private Anatomy anatomy(String... more) {
    return Anatomy.of(theatre.config(more), bytes, theatre);
  }

  private static double distance(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model.attention.gqa.kv-heads = 4                                                    | | 2 key/value heads become 4, each 2 times
      model.attention.gqa.kv-heads = 4                                                    | model.attention.gqa { qk-norm = projection, bias = qkv } | 2 key/value heads become 4, each 2 times
      model.attention.gqa.kv-heads = 4                                                    | model.attention.gqa.qk-norm = head | 2 key/value heads become 4, each 2 times
      model.embedding.use = untied                                                        | | the head becomes a matrix of its own
      model.embedding { use = untied, untied.scale = sqrt-width }                         | | the head becomes a matrix of its own, equal to the embedding, embeddings times 0.25
      model.layers = 5                                                                    | | 3 blocks become 5, the new ones writing nothing at first, each behind its original
      model.layers = 7, surgery.depth.place = end                                         | model.feedforward { use = plain, plain.bias = true } | 3 blocks become 7, the new ones writing nothing at first, at the end
      model.layers = 4                                                                    | model { arrangement = sandwich, norm.use = layer } | 3 blocks become 4
      model.layers = 4                                                                    | model { arrangement = post, attention.gqa.bias = all } | 3 blocks become 4
      model.feedforward.gated.width = 20                                                  | | 12 inner units become 20
      model.feedforward.plain.width = 13                                                  | model.feedforward { use = plain, plain.bias = true } | 12 inner units become 13
      model.position.learned.length = 40                                                  | model.position.use = learned | 16 learned positions become 40
      'model { layers = 4, attention.gqa.kv-heads = 4, feedforward.gated.width = 16, embedding.use = untied }' | | 3 blocks become 4
      model.initial-deviation = 0.1                                                       | | only how new weights would begin
      """)
  void exactSurgeryLeavesTheFunctionAsItWas(String change, String common, String words) {
    String base = common == null ? "" : common;
    Anatomy before = anatomy(base);
    Anatomy after = anatomy(base, change);
    var surgeon = Surgeon.plan(before, after, theatre);
    assertTrue(surgeon.exact(), () -> surgeon.words().toString());
    assertTrue(String.join("; ", surgeon.words()).contains(words), () -> surgeon.words().toString());
    TensorSource old = Theatre.trained(before.decoder());
    TensorSource fresh = surgeon.operate(old, Meaning.VALUE, 1);
    double[] expected = Theatre.logits(before.decoder(), old, TEXT);
    double[] found = Theatre.logits(after.decoder(), fresh, TEXT);
    assertEquals(0, distance(expected, found), 1e-5 * Arrays.stream(expected).map(Math::abs).max().orElseThrow());
    for (String name : fresh.names()) assertTrue(finite(Theatre.values(surgeon.operate(old, Meaning.GRADIENT, 1), name)), name);
  }

  private static boolean finite(float[] values) {
    return IntStream.range(0, values.length).allMatch(i -> Float.isFinite(values[i]));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model.attention.gqa.kv-heads = 1             | | 2 key/value heads become 1, means of 2
      model.attention.gqa { heads = 6, head-dim = 4, kv-heads = 2 } | model.attention.gqa { heads = 6, head-dim = 4, kv-heads = 3 } | means by the query heads that they serve
      model.embedding.use = tied                   | model.embedding.use = untied | embedding and head become one matrix, their mean
      'model.embedding.use = tied, surgery.tying.tied = head' | model.embedding.use = untied | the head becomes the embedding too
      'model.layers = 6, surgery.depth.blocks = stack' | | 3 blocks become 6, the new ones whole copies
      model.position.rope.theta = 500000           | | theta from 10000 to 500000
      model.norm.rms.eps = 0.1                     | | model.norm.rms.eps: the same weights, put together otherwise
      """)
  void otherSurgerySaysThatTheFunctionChangesAndLeavesItNear(String change, String common, String words) {
    String base = common == null ? "" : common;
    Anatomy before = anatomy(base);
    Anatomy after = anatomy(base, change);
    var surgeon = Surgeon.plan(before, after, theatre);
    assertFalse(surgeon.exact());
    assertTrue(surgeon.words().getFirst().contains(words), () -> surgeon.words().toString());
    TensorSource old = Theatre.trained(before.decoder());
    double[] expected = Theatre.logits(before.decoder(), old, TEXT);
    double[] found = Theatre.logits(after.decoder(), surgeon.operate(old, Meaning.VALUE, 1), TEXT);
    double moved = distance(expected, found);
    assertTrue(moved > 1e-6 && Double.isFinite(moved), () -> "moved by " + moved);
  }

  @Test
  void poolingEqualHeadsIsExactAndUndoesCopying() {
    Anatomy two = anatomy();
    Anatomy four = anatomy("model.attention.gqa.kv-heads = 4");
    TensorSource old = Theatre.trained(two.decoder());
    TensorSource copied = Surgeon.plan(two, four, theatre).operate(old, Meaning.VALUE, 1);
    for (Meaning meaning : List.of(Meaning.VALUE, Meaning.GRADIENT)) {
      TensorSource there = Surgeon.plan(two, four, theatre).operate(old, meaning, 1);
      TensorSource back = Surgeon.plan(four, two, theatre).operate(there, meaning, 1);
      for (Parameter p : two.decoder().parameters()) assertArrayEquals(Theatre.values(old, p.name()), Theatre.values(back, p.name()), 1e-6f, p.name());
    }
    assertEquals(4 * 4 * 16, Theatre.values(copied, "model.layers.0.self_attn.k_proj.weight").length);
  }

  @Test
  void momentsOfPooledHeadsAreSumsAndThoseOfCopiesAreShares() {
    String common = "model { width = 8, layers = 1, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 4 }";
    Anatomy two = anatomy(common);
    Anatomy one = anatomy(common, "model.attention.gqa.kv-heads = 1");
    TensorSource old = Theatre.trained(two.decoder());
    String name = "model.layers.0.self_attn.v_proj.weight";
    float[] v = Theatre.values(old, name);
    float[] first = Theatre.values(Surgeon.plan(two, one, theatre).operate(old, Meaning.GRADIENT, 1), name);
    float[] second = Theatre.values(Surgeon.plan(two, one, theatre).operate(old, Meaning.SQUARED_GRADIENT, 1), name);
    for (int i = 0; i < first.length; i++) {
      assertEquals(v[i] + v[i + first.length], first[i], 1e-6);
      assertEquals(v[i] + v[i + first.length], second[i], 1e-6);
    }
    Anatomy four = anatomy(common, "model.attention.gqa.kv-heads = 4");
    assertEquals(v[0] / 2, Theatre.values(Surgeon.plan(two, four, theatre).operate(old, Meaning.GRADIENT, 1), name)[0], 1e-6);
    assertEquals(v[0] / 4, Theatre.values(Surgeon.plan(two, four, theatre).operate(old, Meaning.SQUARED_GRADIENT, 1), name)[0], 1e-6);
  }

  @Test
  void tokensThatAreThereKeepTheirRowsAndNewOnesAreMeansOfTheirPieces() {
    TokenizerTrainer trainer = new org.vulpes.tokenizer.bpe.BytePairPlugin().create(Options.at(theatre.config("tokenizer.bpe.vocabulary = 280"), "tokenizer.bpe"));
    Tokenizer bpe = trainer.train(Stream.of("the fox and the owl and the bear, the fox and the owl"), x -> {});
    Anatomy before = anatomy();
    Config config = theatre.config();
    var after = new Anatomy(config, bpe, Decoder.of(config, theatre, bpe.vocabularySize()));
    var surgeon = Surgeon.plan(before, after, theatre);
    assertFalse(surgeon.exact() || surgeon.weightsStay());
    TensorSource old = Theatre.trained(before.decoder());
    String name = "model.embed_tokens.weight";
    float[] was = Theatre.values(old, name);
    float[] is = Theatre.values(surgeon.operate(old, Meaning.VALUE, 1), name);
    float[] moment = Theatre.values(surgeon.operate(old, Meaning.GRADIENT, 1), name);
    int composed = 0;
    for (int id = 0; id < bpe.vocabularySize(); id++) {
      byte[] text = bpe.bytes(id);
      int[] pieces = text.length == 0 ? new int[] {bytes.endOfText()} : IntStream.range(0, text.length).map(i -> byteId(text[i])).toArray();
      if (pieces.length > 1) composed++;
      for (int e = 0; e < 16; e++) {
        int column = e;
        double mean = Arrays.stream(pieces).mapToDouble(p -> was[p * 16 + column]).average().orElseThrow();
        assertEquals(mean, is[id * 16 + e], 1e-6, "token " + id);
        assertEquals(pieces.length > 1 ? 0 : mean, moment[id * 16 + e], 1e-6);
      }
    }
    assertTrue(composed > 5, "merges were learnt: " + composed);
  }

  private int byteId(byte b) {
    for (int id = 0; id < bytes.vocabularySize(); id++) if (bytes.bytes(id).length == 1 && bytes.bytes(id)[0] == b) return id;
    throw new AssertionError();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model.width = 32                    | no surgery turns a model with model.width = 16 into one with model.width = 32
      model.layers = 2                    | model.layers = 2 takes away blocks of a model that has 3; surgery only adds blocks
      model.feedforward.gated.width = 8   | = 8 takes away units of a feed-forward part that has 12
      model.feedforward.use = plain       | no surgery turns a model with model.feedforward.use = gated
      model.attention.gqa.qk-norm = head  | those that are installed change model.attention.gqa.kv-heads
      """)
  void whatNobodyCanDoIsRefusedWithItsKey(String change, String part) {
    var e = assertThrows(InvalidInput.class, () -> Surgeon.plan(anatomy(), anatomy(change), theatre));
    assertTrue(e.getMessage().contains(part), e::getMessage);
  }

  @Test
  void othersCanAddASurgeryAndAreHeldToTheNewModelsParameters() {
    Plugin<Surgery> narrowing = options -> Surgery.of(List.of("model.width"), change -> new Operation("left half of everything", false, body -> { }));
    theatre.plugins().put("surgery=narrow", narrowing);
    var surgeon = Surgeon.plan(anatomy(), anatomy("model.width = 8"), theatre);
    assertEquals(List.of("left half of everything"), surgeon.words());
    var e = assertThrows(InvalidInput.class, () -> surgeon.operate(Theatre.trained(anatomy().decoder()), Meaning.VALUE, 1));
    assertTrue(e.getMessage().matches("Surgery 'narrow' leaves model\\S+ as \\[.*], but the new model needs .*"), e::getMessage);
  }

  @Test
  void nothingChangedIsNothingToDo() {
    var surgeon = Surgeon.plan(anatomy(), anatomy("training.clip = 2, optimizer.adamw.lr = 1"), theatre);
    assertTrue(surgeon.isNothing() && surgeon.weightsStay() && surgeon.exact());
  }
}
