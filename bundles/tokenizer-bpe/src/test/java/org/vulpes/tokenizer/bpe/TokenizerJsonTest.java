package org.vulpes.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

class TokenizerJsonTest {
  private static final BytePairTrainer TRAINER = new BytePairTrainer(300, KnownPattern.QWEN2, 2);

  /** A small file in the way of others: some bytes only, so that it can be read here; every test changes one thing. */
  private static final String SMALL = """
      {"version": "1.0",
       "added_tokens": [{"id": 8, "content": "<|endoftext|>", "special": true, "normalized": false},
                        {"id": 9, "content": "<b>", "special": false, "normalized": false}],
       "normalizer": null,
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true},
       "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "byte_fallback": false, "ignore_merges": false,
         "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "<": 5, ">": 6, "aba": 7},
         "merges": ["a b", ["Ġ", "ab"]]}}
      """;

  private static Tokenizer parse(String json) {
    return TokenizerJson.parse(json.getBytes(StandardCharsets.UTF_8), "small.json");
  }

  private static String changed(String from, String to) {
    assertTrue(SMALL.contains(from));
    return SMALL.replace(from, to);
  }

  @Test
  void savedTokenizerIsTheSameWhenReadBack(@TempDir Path folder) throws IOException {
    var learned = TRAINER.train(List.of("the fox, the den, the snow\n\n 2048", "the fox \"\\ the").stream(), done -> {});
    var file = folder.resolve("sub/tokenizer.json");
    learned.save(file);
    var read = TRAINER.load(file);
    assertEquals(learned.fingerprint(), read.fingerprint());
    assertArrayEquals(learned.encode("the foxes in the snow"), read.encode("the foxes in the snow"));
    read.save(folder.resolve("again.json"));
    assertEquals(-1, Files.mismatch(file, folder.resolve("again.json")));
    try (var left = Files.list(file.getParent())) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void saveThatFailsLeavesNothingBehind(@TempDir Path folder) throws IOException {
    var learned = TRAINER.train(List.of("fox").stream(), done -> {});
    // A folder that is not empty stands where the file should go.
    var file = folder.resolve("tokenizer.json");
    Files.createDirectories(file.resolve("inside"));
    assertThrows(InvalidInput.class, () -> learned.save(file));
    try (var left = Files.list(folder)) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void readsMergesAsTextsAndAsPairsAndFindsAddedTokens() {
    var small = parse(SMALL);
    assertEquals(10, small.vocabularySize());
    assertEquals(8, small.endOfText());
    assertArrayEquals(new int[] {3, 0, 4, 9, 5, 6}, small.encode("aba ab<b><>"));
    assertEquals("aba ab<b><>", small.decode(3, 0, 4, 9, 8, 5, 6));
    assertEquals(3, small.bytes(9).length);
  }

  @Test
  void wholeWordsComeBeforeMergesWhenTheFileSaysSo() {
    var small = parse(changed("\"ignore_merges\": false", "\"ignore_merges\": true"));
    assertArrayEquals(new int[] {7, 4}, small.encode("aba ab"));
    assertFalse(small.fingerprint().equals(parse(SMALL).fingerprint()));
  }

  @Test
  void textWithAByteThatTheVocabularyLacksIsRefusedNotChanged() {
    var message = assertThrows(InvalidInput.class, () -> parse(SMALL).encode("ab c")).getMessage();
    assertEquals("The tokenizer has no token for byte 99 of the text ' c'; use one whose vocabulary has all 256 bytes.", message);
  }

  @Test
  void nfcJoinsMarksBeforeAnythingElse() {
    var nfc = parse(changed("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}").replace("\"<\": 5", "\"Ã\": 5").replace("\">\": 6", "\"©\": 6"));
    assertArrayEquals(new int[] {0, 5, 6}, nfc.encode("ae\u0301"));
  }

  @Test
  void splitWithDigitsAndOwnPatternCutsInTurn() {
    var json = changed("{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": true}", """
        {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true},
          {"type": "Split", "pattern": {"Regex": "[^b]+"}, "behavior": "Isolated", "invert": false},
          {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]}""");
    // "a" and "b" are never in one word, so that nothing joins them.
    assertArrayEquals(new int[] {0, 1, 2, 0, 1}, parse(json).encode("ab ab"));
  }

  @Test
  void fileWithoutAnEndOfTextGetsOneAfterItsLastId() {
    var json = changed("{\"id\": 8, \"content\": \"<|endoftext|>\", \"special\": true, \"normalized\": false},", "").replace("\"id\": 9", "\"id\": 8");
    assertEquals(9, parse(json).endOfText());
    assertEquals(10, parse(json).vocabularySize());
  }

  @Test
  void noMergeLeadsToAControlToken() {
    var json = changed("\"aba\": 7", "\"aba\": 7, \"<>\": 10").replace("[\"Ġ\", \"ab\"]", "[\"Ġ\", \"ab\"], \"< >\"")
        .replace("\"added_tokens\": [", "\"added_tokens\": [{\"id\": 10, \"content\": \"<>\", \"special\": true},");
    assertArrayEquals(new int[] {5, 6}, parse(json).encode("<>"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "\"type\": \"BPE\"|\"type\": \"Unigram\"|small.json has a model of type Unigram; only byte-level BPE is supported.",
      "\"type\": \"BPE\"|\"type\": \"WordPiece\"|small.json has a model of type WordPiece; only byte-level BPE is supported.",
      "\"byte_fallback\": false|\"byte_fallback\": true|byte_fallback",
      "\"byte_fallback\": false|\"end_of_word_suffix\": \"</w>\"|end_of_word_suffix",
      "\"byte_fallback\": false|\"dropout\": 0.1|dropout",
      "\"add_prefix_space\": false|\"add_prefix_space\": true|add_prefix_space",
      "{\"type\": \"ByteLevel\", \"add|{\"type\": \"Metaspace\", \"add|type 'Metaspace'",
      "\"normalizer\": null|\"normalizer\": {\"type\": \"Lowercase\"}|normalizer of type 'Lowercase'",
      "\"decoder\": {\"type\": \"ByteLevel\"}|\"decoder\": {\"type\": \"Metaspace\"}|decoder of type 'Metaspace'",
      "\"aba\": 7|\"aba\": 70|the id 70 ('aba') but only 10 tokens",
      "\"aba\": 7|\"aba\": 6|the id 6 for both",
      "\"aba\": 7|\"aba\": -1|the id -1 for token 'aba'",
      "\"aba\": 7|\"aba\": 7000000000|the id 7000000000 for token 'aba'",
      "\"aba\": 7|\"ab\": 7|Duplicate field 'ab'",
      "\"content\": \"<b>\"|\"content\": \"ab\"|the two ids 3 and 9 for token 'ab'",
      "\"content\": \"<b>\"|\"lstrip\": true, \"content\": \"<b>\"|lstrip",
      "\"a b\"|\"a c\"|merge 0 with the token 'c', which is not in model.vocab",
      "\"a b\"|\"b a\"|merge 0 with the token 'ba', which is not in model.vocab",
      "\"a b\"|\"a b b\"|does not name two tokens",
      "\"a b\"|[\"a\"]|does not name two tokens",
      "\"a b\"|7|merge 0",
      "\"merges\"|\"mergers\"|no model.merges",
      "\"version\"|version|small.json:1 is not a whole and valid tokenizer.json",
  })
  void whatCannotBeMappedAlikeIsRefused(String from, String to, String complaint) {
    var message = assertThrows(InvalidInput.class, () -> parse(changed(from, to))).getMessage();
    assertTrue(message.contains(complaint) && message.startsWith("small.json") && message.endsWith("."), message);
  }

  @Test
  void everyCutOffFileIsRefused() {
    byte[] whole = SMALL.strip().getBytes(StandardCharsets.UTF_8);
    for (int n = 0; n < whole.length; n++) {
      byte[] part = Arrays.copyOf(whole, n);
      assertThrows(InvalidInput.class, () -> TokenizerJson.parse(part, "small.json"));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = ' ', quoteCharacter = '"', value = {"(?Pa) (?P", "^a '^'", "a.b '.'", "\\\\w+ \\w", "[[:alpha:]] [:", "(?<n>a) (?<", "(a cannot"})
  void patternsThatMeanSomethingElseHereAreRefused(String regex, String complaint) {
    var json = changed("{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": true}",
        "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Split\", \"pattern\": {\"Regex\": \"" + regex
            + "\"}, \"behavior\": \"Isolated\"}, {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"use_regex\": false}]}");
    var message = assertThrows(InvalidInput.class, () -> parse(json)).getMessage();
    assertTrue(message.contains(complaint), message);
  }

  @Test
  void patternThatSearchesWithoutEndIsStopped() {
    var slow = new RegexWords("a*a*a*a*a*b", "small.json");
    char[] some = "a".repeat(400).toCharArray();
    assertThrows(InvalidInput.class, () -> slow.cut(some, 0, some.length, (from, to) -> {}));
    var deep = new RegexWords("(?:a|b)+c", "small.json");
    char[] many = "a".repeat(1_000_000).toCharArray();
    assertThrows(InvalidInput.class, () -> deep.cut(many, 0, many.length, (from, to) -> {}));
  }

  @Test
  void missingFileIsSaid(@TempDir Path folder) {
    assertTrue(assertThrows(InvalidInput.class, () -> TRAINER.load(folder.resolve("no.json"))).getMessage().startsWith("There is no tokenizer file"));
  }
}
