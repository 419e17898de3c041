package org.vulpes.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.slot.InvalidInput;

class Utf8Test {

  @Test
  void everyCodePointIsWrittenAsThePlatformWritesIt() {
    var all = new StringBuilder();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      if (point < 0xD800 || point > 0xDFFF) all.appendCodePoint(point);
    }
    char[] text = Utf8.characters(all);
    var out = new byte[3 * text.length];
    int n = Utf8.encode(text, 0, text.length, out);
    assertArrayEquals(all.toString().getBytes(StandardCharsets.UTF_8), Arrays.copyOf(out, n));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ab\uD83D", "ab\uD83Dc", "ab\uDE00", "ab\uDE00\uD83D"})
  void unpairedSurrogatesAreRefusedWithTheirPlace(String text) {
    var message = assertThrows(InvalidInput.class, () -> Utf8.characters(text)).getMessage();
    assertEquals(true, message.contains("unpaired surrogate U+D") && message.contains("at character 2"), message);
  }

  @Test
  void bytesAndTheirCharactersMapOneToOne() {
    var every = new byte[256];
    for (int b = 0; b < 256; b++) every[b] = (byte) b;
    assertArrayEquals(every, ByteAlphabet.bytes(ByteAlphabet.text(every)));
    assertEquals("Ġ", ByteAlphabet.text(new byte[] {' '}));
    assertEquals("Ċ", ByteAlphabet.text(new byte[] {'\n'}));
    assertEquals("Ń", ByteAlphabet.text(new byte[] {(byte) 0xAD}));
    assertEquals(null, ByteAlphabet.bytes("▁a"));
  }
}
