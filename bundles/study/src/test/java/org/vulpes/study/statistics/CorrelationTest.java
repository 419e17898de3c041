package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The correlation of pairs and its interval against R's cor.test: what a report says about how much sharing seeds gains. */
class CorrelationTest {
  @TestFactory
  Stream<DynamicTest> agreesWithR() throws IOException {
    var cases = new ArrayList<GoldenCase>();
    try (var in = CorrelationTest.class.getResourceAsStream("/stats/open/07_correlation.json")) {
      new ObjectMapper().readTree(in).path("cases").forEach(c -> cases.add(new GoldenCase(c)));
    }
    assertEquals(10, cases.size());
    return cases.stream().map(c -> DynamicTest.dynamicTest(c.json().path("id").asText(), () -> {
      double[] x = c.array("x");
      double r = Pairs.correlation(x, c.array("y"));
      // R has NaN for a constant arm too, written null.
      assertEquals(GoldenCase.number(c.json().path("expected").path("pearson")), r, c.tolerance("pearson").abs() + c.tolerance("pearson").rel());
      for (int level : List.of(90, 95)) {
        if (!c.expects("pearson_ci" + level)) continue;
        Interval i = Pairs.correlationInterval(r, x.length, level / 100.0);
        assertArrayEquals(c.expected("pearson_ci" + level), new double[] {i.low(), i.high()}, 1e-9);
      }
    }));
  }

  @Test
  void threePairsHaveNoIntervalAndPerfectOnesOfNoWidth() {
    assertFalse(Pairs.correlationInterval(0.9, 3, 0.95).isDefined());
    assertEquals(new Interval(1, 1), Pairs.correlationInterval(1, 5, 0.95));
    assertEquals(new Interval(-1, -1), Pairs.correlationInterval(-1, 5, 0.95));
  }
}
