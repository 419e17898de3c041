package org.vulpes.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The scanners against the regular expressions that they stand for, as {@link java.util.regex} reads them with Unicode classes. */
class KnownPatternTest {

  @Property(tries = 2000)
  void scannersCutLikeTheirRegularExpressions(@ForAll("texts") String text, @ForAll KnownPattern pattern) {
    var expected = new ArrayList<String>();
    var matcher = Pattern.compile(pattern.regex, Pattern.UNICODE_CHARACTER_CLASS).matcher(text);
    while (matcher.find()) expected.add(matcher.group());
    assertEquals(expected, words(pattern, text));
    assertEquals(text, String.join("", expected));
    assertEquals(expected, words(new RegexWords(pattern.regex, "test"), text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Unicode.texts();
  }

  private static List<String> words(Words words, String text) {
    var out = new ArrayList<String>();
    words.cut(text.toCharArray(), 0, text.length(), (from, to) -> out.add(text.substring(from, to)));
    return out;
  }
}
