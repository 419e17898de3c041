package org.vulpes.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void numbersReadAsPeopleWriteThem() {
    assertEquals("2.0512", Figures.bits(2.05121));
    assertEquals("–", Figures.bits(Double.NaN));
    assertEquals("–", Figures.bits(Double.POSITIVE_INFINITY));
    assertEquals("+0.0123", Figures.difference(0.0123));
    assertEquals("-0.0123", Figures.difference(-0.0123));
    assertEquals("0", Figures.difference(-0.0));
    assertEquals("-2e-05", Figures.difference(-0.00002));
    assertEquals("<0.0001", Figures.p(1e-9));
    assertEquals("p = 0.0312", Figures.equation("p", 0.03122));
    assertEquals("1,463,296", Figures.count(1_463_296L));
    assertEquals("4.20e13", Figures.flops(4.2e13));
    assertEquals("59.9 s", Figures.duration(59.9));
    assertEquals("1 min 00 s", Figures.duration(59.99));
    assertEquals("1 h 01 min", Figures.duration(3661));
    assertEquals("117.7 MiB", Figures.memory(123_456_789));
    assertEquals("–", Figures.memory(0));
    assertEquals("0.01", Figures.plain(0.01));
    assertEquals("99.9 %", Figures.level(0.001));
    assertEquals("1 seed", Figures.number(1, "seed"));
    assertEquals("+2.5 %", Figures.against(102.5, 100));
  }

  @Test
  void axesHaveUnitsInWhichTheirNumbersAreShort() {
    assertEquals(new Unit(1e6, "tokens, millions"), Unit.of("tokens", 2e6));
    assertEquals(new Unit(1e3, "tokens, thousands"), Unit.of("tokens", 40_192));
    assertEquals(new Unit(1e12, "FLOPs, 10¹²"), Unit.of("FLOPs", 4.2e13));
    assertEquals(new Unit(60, "minutes of wall time"), Unit.ofSeconds(700));
    assertArrayEquals(new double[] {0.5, 2}, Unit.of("tokens", 2e6).of(new double[] {5e5, 2e6}));
  }

  @Property(tries = 300)
  void noNumberOnAnAxisIsLongerThanFiveDigits(@ForAll @DoubleRange(min = 1, max = 9e19) double most) {
    assertTrue(Unit.of("tokens", most).of(new double[] {most})[0] < 1e5, () -> most + " in " + Unit.of("tokens", most));
    assertTrue(Unit.of("tokens", most).of(new double[] {most})[0] >= 1, () -> most + " in " + Unit.of("tokens", most));
  }

  @Property(tries = 300)
  void labelsAreShortAndDiffer(@ForAll @Size(min = 1, max = 8) @UniqueElements List<@StringLength(min = 1, max = 64) @AlphaChars String> names) {
    var labels = Labels.of(names);
    assertEquals(names.size(), labels.values().stream().distinct().count());
    for (String l : labels.values()) assertTrue(l.length() <= 31, l);
  }
}
