package org.vulpes.tokenizer.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class ByteTokenizerTest {
  private final ByteTokenizer tokenizer = new ByteTokenizer();

  @Property(tries = 500)
  void idsAreTheBytesOfUtf8AndGiveTheTextBack(@ForAll List<Integer> numbers) {
    var text = new StringBuilder();
    for (int n : numbers) {
      int point = Math.floorMod(n, Character.MAX_CODE_POINT + 1);
      if (point < 0xD800 || point > 0xDFFF) text.appendCodePoint(point);
    }
    byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
    int[] ids = tokenizer.encode(text);
    var expected = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) expected[i] = utf8[i] & 255;
    assertArrayEquals(expected, ids);
    assertEquals(text.toString(), tokenizer.decode(ids));
  }

  @Test
  void endOfTextIsAnIdOfItsOwnAndGivesNothing() {
    assertEquals(257, tokenizer.vocabularySize());
    assertEquals(256, tokenizer.endOfText());
    assertEquals("ab", tokenizer.decode('a', 256, 'b'));
    assertEquals(0, tokenizer.bytes(256).length);
    assertArrayEquals(new byte[] {(byte) 0xE2}, tokenizer.bytes(0xE2));
  }

  @Test
  void controlTokenWrittenInTextStaysText() {
    assertEquals(13, tokenizer.encode("<|endoftext|>").length);
  }

  @Test
  void bytesThatAreNotUtf8DecodeToTheReplacementCharacter() {
    assertEquals("a\uFFFDb", tokenizer.decode('a', 0xFF, 'b'));
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> tokenizer.decode(257));
    assertThrows(IllegalArgumentException.class, () -> tokenizer.bytes(-1));
  }

  @Test
  void savedFileIsReadBackAndAnAlteredOneIsRefused(@TempDir Path folder) throws IOException {
    var file = folder.resolve("new/tokenizer.json");
    tokenizer.save(file);
    var trainer = new ByteTrainer().create(Options.of(""));
    assertEquals(tokenizer.fingerprint(), trainer.load(file).fingerprint());
    assertEquals(tokenizer.fingerprint(), trainer.train(Stream.of("any text"), done -> {}).fingerprint());
    try (var files = Files.list(file.getParent())) {
      assertEquals(List.of(file), files.toList());
    }
    Files.writeString(file, Files.readString(file).replace("\"a\": 97", "\"a\": 98"));
    assertTrue(assertThrows(InvalidInput.class, () -> trainer.load(file)).getMessage().contains("is not what the byte tokenizer writes"));
    assertThrows(InvalidInput.class, () -> trainer.load(folder.resolve("absent.json")));
  }

  @Test
  void anyOptionIsRefused() {
    var complaint = assertThrows(InvalidInput.class, () -> new ByteTrainer().create(Options.of("vocabulary = 300")));
    assertTrue(complaint.getMessage().contains("vocabulary is not an option"), complaint.getMessage());
  }
}
