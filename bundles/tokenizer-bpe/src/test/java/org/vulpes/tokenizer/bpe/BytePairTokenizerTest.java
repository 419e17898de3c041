package org.vulpes.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;

class BytePairTokenizerTest {
  private static final List<String> TEXTS = List.of(
      "the fox and the vixen and the cubs; the foxes' den is the old badger's den",
      "aaaaaaaa aaaa 2048 2048 <|endoftext|><|endoftext|><|endoftext|> \uD83E\uDD8A\uD83E\uDD8A\uD83E\uDD8A e\u0301e\u0301e\u0301 \uFEFF\uFEFF");
  private static final Tokenizer GPT2 = learn(280, "gpt2");
  private static final Tokenizer QWEN2 = learn(280, "qwen2");

  private static Tokenizer learn(int vocabulary, String pattern) {
    return new BytePairTrainer(vocabulary, BytePairTrainer.pattern(pattern), 2).train(TEXTS.stream(), done -> {});
  }

  @Property(tries = 1500)
  void anyUnicodeTextComesBackAndItsBytesAddUp(@ForAll("texts") String text) {
    for (var tokenizer : List.of(GPT2, QWEN2)) {
      int[] ids = tokenizer.encode(text);
      assertEquals(text, tokenizer.decode(ids));
      int bytes = 0;
      for (int id : ids) {
        bytes += tokenizer.bytes(id).length;
        assertNotEquals(tokenizer.endOfText(), id);
      }
      assertEquals(text.getBytes(StandardCharsets.UTF_8).length, bytes);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Unicode.texts();
  }

  @ParameterizedTest
  @CsvSource({"a,200000", "' ',200000", "'\n',200000", "-,200000", "7,200000", "ab,100000", "\u0301,100000", "\uD83E\uDD8A,100000"})
  void longRunsComeBack(String part, int times) {
    String text = part.repeat(times);
    for (var tokenizer : List.of(GPT2, QWEN2)) assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
  }

  @Test
  void controlTokenWrittenInTextIsOrdinaryText() {
    int[] ids = QWEN2.encode("a<|endoftext|>b");
    assertEquals("a<|endoftext|>b", QWEN2.decode(ids));
    assertTrue(ids.length > 3);
    assertEquals("ab", QWEN2.decode(QWEN2.encode("a")[0], QWEN2.endOfText(), QWEN2.encode("b")[0]));
    assertEquals(0, QWEN2.bytes(QWEN2.endOfText()).length);
  }

  @Test
  void unpairedSurrogateIsRefusedInASentence() {
    var message = assertThrows(InvalidInput.class, () -> QWEN2.encode("fox \uD83E")).getMessage();
    assertEquals("The text has the unpaired surrogate U+D83E at character 4, which is not Unicode text; read its source with the right encoding.",
        message);
    assertThrows(InvalidInput.class, () -> new BytePairTrainer(300, KnownPattern.GPT2, 2).train(Stream.of("\uDD8A"), done -> {}));
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> QWEN2.decode(QWEN2.vocabularySize()));
    assertThrows(IllegalArgumentException.class, () -> QWEN2.bytes(-1));
  }

  @Test
  void aCallerThatChangesTheBytesOrIdsItGotChangesNoToken() {
    QWEN2.bytes(40)[0] ^= 1;
    int[] ids = QWEN2.encode("fox");
    ids[0] = 0;
    assertEquals("fox", QWEN2.decode(QWEN2.encode("fox")));
  }

  @Test
  void learningDependsOnTextsAndOptionsOnly() {
    assertEquals(QWEN2.fingerprint(), learn(280, "qwen2").fingerprint());
    assertEquals(QWEN2.fingerprint(),
        new BytePairTrainer(280, KnownPattern.QWEN2, 2).train(TEXTS.reversed().stream(), done -> {}).fingerprint());
    assertNotEquals(QWEN2.fingerprint(), GPT2.fingerprint());
    // Where the learned tokens are alike, the way of cutting still sets two apart.
    assertNotEquals(learn(257, "qwen2").fingerprint(), learn(257, "gpt2").fingerprint());
    assertNotEquals(learn(270, "qwen2").fingerprint(), QWEN2.fingerprint());
  }

  @Test
  void vocabularyCountsTheSpecialTokenAndTheBytes() {
    assertEquals(280, GPT2.vocabularySize());
    assertEquals(257, learn(257, "gpt2").vocabularySize());
    var nothing = new BytePairTrainer(2048, KnownPattern.QWEN2, 2).train(Stream.empty(), done -> {});
    assertEquals(257, nothing.vocabularySize());
    assertEquals("fox", nothing.decode(nothing.encode("fox")));
  }

  @Test
  void progressRisesToOne() {
    var told = new ArrayList<Double>();
    new BytePairTrainer(400, KnownPattern.QWEN2, 1).train(TEXTS.stream(), told::add);
    assertEquals(told.stream().sorted().toList(), told);
    assertEquals(1.0, told.getLast());
  }

  @Test
  void manyThreadsGetTheSameIds() throws Exception {
    var texts = new ArrayList<String>();
    for (int i = 0; i < 300; i++) texts.add("word" + i + " fox" + i % 7 + " " + TEXTS.get(i % 2));
    var expected = texts.stream().map(QWEN2::encode).toList();
    var fresh = learn(280, "qwen2");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var tasks = new ArrayList<Callable<List<int[]>>>();
      for (int t = 0; t < 4; t++) tasks.add(() -> texts.stream().map(fresh::encode).toList());
      for (var result : threads.invokeAll(tasks)) {
        for (int i = 0; i < texts.size(); i++) assertArrayEquals(expected.get(i), result.get().get(i));
      }
    }
  }

  @Test
  void defaultsOfTheBundleMakeATrainerAndWrongOptionsAreNamed() {
    var defaults = ConfigFactory.parseResources(BytePairPlugin.class.getClassLoader(), "reference.conf");
    var trainer = new BytePairPlugin().create(Options.at(defaults, "tokenizer.bpe"));
    assertEquals("bpe/1 vocabulary=2048 pattern=qwen2 min-frequency=2", trainer.recipe());
    var wrong = ConfigFactory.parseString("tokenizer.bpe.pattern = gpt22").withFallback(defaults);
    var message = assertThrows(InvalidInput.class, () -> new BytePairPlugin().create(Options.at(wrong, "tokenizer.bpe"))).getMessage();
    assertTrue(message.contains("tokenizer.bpe.pattern") && message.contains("did you mean 'gpt2'"), message);
    var small = ConfigFactory.parseString("tokenizer.bpe.vocabulary = 256").withFallback(defaults);
    assertThrows(InvalidInput.class, () -> new BytePairPlugin().create(Options.at(small, "tokenizer.bpe")));
  }
}
