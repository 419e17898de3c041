package org.vulpes.corpus.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.vulpes.corpus.Utf8;

class PiecesTest {
  private static final int LONGEST = 1 << 20;

  @Property
  void separatedPiecesAreWhatSplittingTheTextGives(@ForAll("texts") String text, @ForAll("separators") String separator, @ForAll @IntRange(min = 1, max = 9) int chunk) throws IOException {
    var expected = new ArrayList<>(List.of(text.split(Pattern.quote(separator), -1)));
    if (expected.getLast().isEmpty()) expected.removeLast();
    assertEquals(expected, texts(new Pieces(dripping(text, chunk), bytes(separator), 0, LONGEST), text));
  }

  @Property
  void cutPiecesJoinToTheTextAndKeepTheirBound(@ForAll("texts") String text, @ForAll @IntRange(min = 256, max = 600) int cut, @ForAll @IntRange(min = 1, max = 999) int chunk) throws IOException {
    String longer = text.repeat(1 + 2000 / Math.max(1, text.length()));
    var pieces = texts(new Pieces(dripping(longer, chunk), null, cut, LONGEST), longer);
    assertEquals(longer, String.join("", pieces));
    for (String p : pieces) assertTrue(bytes(p).length <= cut, p);
    for (String p : pieces.subList(0, Math.max(0, pieces.size() - 1))) assertTrue(bytes(p).length >= cut / 2, p);
  }

  @Property(tries = 20)
  void filesFarLongerThanTheBufferGiveTheSame(@ForAll @IntRange(min = 1, max = 200_000) int length, @ForAll @IntRange(min = 1, max = 5) int count) throws IOException {
    String one = "\u00e4".repeat(length);
    String text = (one + "||").repeat(count);
    var pieces = texts(new Pieces(dripping(text, 10_000), bytes("||"), 0, LONGEST), text);
    assertEquals(count, pieces.size());
    for (String p : pieces) assertEquals(one, p);
  }

  @Example
  void cutsAfterAParagraphBeforeALineBeforeAWord() throws IOException {
    String a = "a".repeat(180);
    assertEquals(a + " b\n\n", texts(new Pieces(dripping(a + " b\n\nc d\n" + a, 7), null, 256, LONGEST), "").getFirst());
    assertEquals(a + " b\n", texts(new Pieces(dripping(a + " b\nc d" + a, 7), null, 256, LONGEST), "").getFirst());
    assertEquals(a + " b ", texts(new Pieces(dripping(a + " b " + a, 7), null, 256, LONGEST), "").getFirst());
    assertEquals("\u20ac".repeat(85), texts(new Pieces(dripping("\u20ac".repeat(200), 7), null, 256, LONGEST), "").getFirst());
  }

  @Example
  void aByteOrderMarkIsNoText() throws IOException {
    assertEquals(List.of("a", "\uFEFFb"), texts(new Pieces(dripping("\uFEFFa|\uFEFFb", 1), bytes("|"), 0, LONGEST), null));
    assertEquals(List.of(), texts(new Pieces(dripping("\uFEFF", 1), null, 0, LONGEST), null));
    assertEquals(List.of("ab"), texts(new Pieces(dripping("ab", 1), null, 0, LONGEST), null));
  }

  @Example
  void whatIsLongerThanAllowedIsRefusedWithItsPlace() throws IOException {
    var pieces = new Pieces(dripping("ab|" + "c".repeat(11), 3), bytes("|"), 0, 10);
    assertEquals("ab", new String(pieces.next().bytes(), StandardCharsets.UTF_8));
    assertEquals(3, assertThrows(Pieces.TooLong.class, pieces::next).offset);
    var fits = new Pieces(dripping("ab|" + "c".repeat(10), 3), bytes("|"), 0, 10);
    assertEquals(2, fits.next().bytes().length);
    assertEquals(10, fits.next().bytes().length);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("ab|-\n \u00e9\u20ac\ud83e").withChars('c', 'd').ofMaxLength(60).map(s -> s.replace("\ud83e", "\ud83e\udd8a"));
  }

  @Provide
  Arbitrary<String> separators() {
    return Arbitraries.of("|", "||", "\n\n", "a-a", "\u20ac");
  }

  /** @param text to check offsets against; null: not */
  private static List<String> texts(Pieces pieces, String text) throws IOException {
    var out = new ArrayList<String>();
    byte[] all = text == null || text.isEmpty() ? null : bytes(text);
    for (Pieces.Piece p; (p = pieces.next()) != null; ) {
      if (all != null) assertEquals(0, java.util.Arrays.compare(all, (int) p.offset(), (int) p.offset() + p.bytes().length, p.bytes(), 0, p.bytes().length));
      out.add(Utf8.decode("piece", p.bytes()));
    }
    return out;
  }

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  /** Gives a few bytes at a time, as an unpacked stream may. */
  private static InputStream dripping(String text, int chunk) {
    return new ByteArrayInputStream(bytes(text)) {
      @Override
      public synchronized int read(byte[] b, int off, int len) {
        return super.read(b, off, Math.min(len, chunk));
      }
    };
  }
}
