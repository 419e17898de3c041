package org.vulpes.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptionsTest {
  private static final Options OPTIONS = Options.of("layers = 8, rate = 0.5, deep = true, name = fox, weights { b = 2, a = 1 }, stages = [{ n = 1 }, { n = 2 }]");

  private static String complaint(Runnable read) {
    return assertThrows(InvalidInput.class, read::run).getMessage();
  }

  @Test
  void readsEachType() {
    assertEquals(8, OPTIONS.integer("layers", 1, 10));
    assertEquals(0.5, OPTIONS.number("rate", 0, 1));
    assertEquals("fox", OPTIONS.choice("name", "fox", "dog"));
    assertEquals(Map.of("a", 1.0, "b", 2.0), OPTIONS.weights("weights"));
    assertEquals(List.of(1, 2), OPTIONS.blocks("stages").stream().map(o -> o.integer("n", 0, 9)).toList());
  }

  @Test
  void complaintsNameTheFullKey() {
    Options inner = Options.at(OPTIONS.config(), "weights");
    assertEquals("weights.a must be from 2 to 3, but is 1.", complaint(() -> inner.integer("a", 2, 3)));
    assertEquals("weights.c is missing; it must be a number.", complaint(() -> inner.number("c", 0, 1)));
    assertEquals("stages[1].n must be from 5 to 9, but is 2.", complaint(() -> OPTIONS.blocks("stages").get(1).integer("n", 5, 9)));
  }

  @Test
  void fractionsAndNotANumberAreNoWholeNumbers() {
    assertEquals("rate must be a whole number, but is 0.5.", complaint(() -> OPTIONS.integer("rate", 0, 1)));
    assertEquals("x must be from 0.0 to 1.0, but is \"NaN\".", complaint(() -> Options.of("x = NaN").number("x", 0, 1)));
  }

  @Test
  void whatNoLongHoldsIsRefusedNotRounded() {
    assertEquals("x must be below 2^63, but is 1.0E30.", complaint(() -> Options.of("x = 1e30").whole("x", 0, Long.MAX_VALUE)));
  }

  @Test
  void aPathThatTheSystemCannotHoldIsNamed() {
    assertEquals("x is no path: Nul character not allowed.", complaint(() -> Options.of("x = \"a\\u0000b\"").file("x")));
  }

  @Test
  void wrongChoiceProposesTheNearOne() {
    assertEquals("name must be one of fix, dog, but is 'fox'; did you mean 'fix'?", complaint(() -> OPTIONS.choice("name", "fix", "dog")));
  }
}
