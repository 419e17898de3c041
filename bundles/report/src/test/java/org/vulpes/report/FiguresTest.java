package org.vulpes.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
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
    assertEquals("1.5M", Figures.brief(1.5e6));
    assertEquals("0.01", Figures.plain(0.01));
    assertEquals("99.9 %", Figures.level(0.001));
    assertEquals("1 seed", Figures.number(1, "seed"));
    assertEquals("+2.5 %", Figures.against(102.5, 100));
  }

  @Test
  void ticksStandAtRoundNumbers() {
    assertEquals(List.of("2.05", "2.10", "2.15", "2.20"), new Scale(2.03, 2.21, 0, 1).ticks(5).stream().map(t -> Scale.label(t, 0.05)).toList());
    assertEquals(List.of("0", "500k", "1M", "1.5M", "2M"), new Scale(0, 2e6, 0, 1).ticks(5).stream().map(t -> Scale.label(t, 5e5)).toList());
  }

  @Property(tries = 300)
  void ticksLieInsideAndAreNotTooMany(@ForAll @DoubleRange(min = -1e5, max = 1e5) double spansAway, @ForAll @DoubleRange(min = 1, max = 10) double digits,
      @ForAll @IntRange(min = -6, max = 9) int power) {
    double span = digits * Math.pow(10, power);
    double a = spansAway * span;
    var scale = new Scale(a, a + span, 0, 100);
    var ticks = scale.ticks(6);
    assertTrue(ticks.size() <= 8, ticks::toString);
    for (double t : ticks) assertTrue(scale.at(t) >= -0.01 && scale.at(t) <= 100.01, () -> t + " in " + scale);
  }
}
