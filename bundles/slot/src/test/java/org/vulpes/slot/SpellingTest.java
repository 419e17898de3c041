package org.vulpes.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class SpellingTest {
  @Test
  void nearestWordIsProposedAndFarOnesAreNot() {
    assertEquals("; did you mean 'kv-heads'?", Spelling.hint("kv-head", List.of("heads", "kv-heads")));
    assertEquals("; did you mean 'width'?", Spelling.hint("widht", List.of("width", "depth")));
    assertEquals("", Spelling.hint("optimizer", List.of("width", "depth")));
  }

  @Test
  void distanceCountsInsertionsDeletionsReplacementsAndSwaps() {
    assertEquals(1, Spelling.distance("abcd", "acbd"));
    assertEquals(3, Spelling.distance("kitten", "sitting"));
    assertEquals(3, Spelling.distance("", "abc"));
  }

  @Property(tries = 200)
  void distanceIsSymmetricAndZeroOnlyForEqualWords(@ForAll @AlphaChars @StringLength(max = 8) String a, @ForAll @AlphaChars @StringLength(max = 8) String b) {
    assertEquals(Spelling.distance(a, b), Spelling.distance(b, a));
    assertEquals(a.equals(b), Spelling.distance(a, b) == 0);
    assertTrue(Spelling.distance(a, b) <= Math.max(a.length(), b.length()));
  }
}
