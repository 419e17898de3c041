package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.study.statistics.DecisionRule.Comparison;
import org.vulpes.study.statistics.Verdict.Kind;

/**
 * The whole rule over thousands of made-up studies: arms that share a baseline and its seeds, trials that are lost, Holm, equivalence, looks and
 * early stopping. False alarms and false equivalence of any arm stay at alpha. The number of studies is the system property
 * {@code vulpes.studies}; figures go to standard output when it is given.
 */
class WholeRuleTest {
  private static final double ALPHA = 0.05;
  private static final double DELTA = 0.01;
  private static final DecisionRule RULE = new DecisionRule(ALPHA, DELTA);
  private static final int FAST = 2000;
  private static final int STUDIES = Integer.getInteger("vulpes.studies", FAST);

  private record Rates(double event, double seeds) {}

  /** @param sd of one arm's metric over seeds, half of its variance shared by the arms @param lost share of trials that diverge */
  private static Rates simulate(Looks looks, double[] truth, double sd, double lost, long seed, BiPredicate<Verdict, Double> event) {
    var random = new Random(seed);
    int n = looks.allSeeds();
    int count = 0;
    long used = 0;
    for (int study = 0; study < STUDIES; study++) {
      double[] common = IntStream.range(0, n).mapToDouble(i -> 2.1 + Math.sqrt(0.5) * sd * random.nextGaussian()).toArray();
      double[] baseline = arm(common, 0, sd, lost, random);
      List<Comparison> family = IntStream.range(0, truth.length).mapToObj(k -> new Comparison(Integer.toString(k), baseline, arm(common, truth[k], sd, lost, random))).toList();
      var course = RULE.follow(family, looks, looks.count() - 1);
      count += course.verdicts().stream().anyMatch(v -> event.test(v, truth[Integer.parseInt(v.name())])) ? 1 : 0;
      used += looks.seeds(course.look());
    }
    return new Rates((double) count / STUDIES, (double) used / STUDIES);
  }

  private static double[] arm(double[] common, double shift, double sd, double lost, Random random) {
    return Arrays.stream(common).map(c -> c + shift + Math.sqrt(0.5) * sd * random.nextGaussian()).map(x -> random.nextDouble() < lost ? Double.NaN : x).toArray();
  }

  private static boolean different(Kind kind) {
    return switch (kind) {
      case BETTER, WORSE, BETTER_WITHIN_DELTA, WORSE_WITHIN_DELTA -> true;
      case EQUIVALENT, UNDECIDED, IDENTICAL -> false;
    };
  }

  private static boolean equivalent(Kind kind) {
    return switch (kind) {
      case EQUIVALENT, BETTER_WITHIN_DELTA, WORSE_WITHIN_DELTA -> true;
      case BETTER, WORSE, UNDECIDED, IDENTICAL -> false;
    };
  }

  private static Looks looks(String seeds, Spending spending) {
    return new Looks(Arrays.stream(seeds.strip().split(" ")).map(Integer::valueOf).toList(), spending);
  }

  private static double[] truth(String text) {
    return Arrays.stream(text.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static void holds(String what, double share) {
    if (STUDIES != FAST) System.out.printf("%s: %.4f (± %.4f) of %,d studies%n", what, share, Math.sqrt(share * (1 - share) / STUDIES), STUDIES);
    assertTrue(share <= ALPHA + 3 * Math.sqrt(ALPHA * (1 - ALPHA) / STUDIES), what + ": " + share);
  }

  @ParameterizedTest
  @CsvSource({
    "3, OBRIEN_FLEMING, 0 0, 0", "2 3, POCOCK, 0, 0", "3 6, OBRIEN_FLEMING, 0 0, 0", "3 6, OBRIEN_FLEMING, 0 0 0 0, 0.1", "2 4 6, POCOCK, 0 0, 0",
    "2 3 4 5 6, POCOCK, 0, 0", "2 3 4 5 6, OBRIEN_FLEMING, 0, 0", "4 8 12, POCOCK, 0 0.05 0, 0.05"})
  void falseAlarmsStayBelowAlpha(String seeds, Spending spending, String truths, double lost) {
    // Noise so large that equivalence does not end the studies early.
    var rates = simulate(looks(seeds, spending), truth(truths), 0.02, lost, 17, (v, truth) -> truth == 0 && different(v.kind()));
    holds("false alarms, looks at " + seeds + " seeds, " + spending.word() + ", arms at " + truths + (lost > 0 ? ", trials lost " + lost : ""), rates.event());
    assertTrue(rates.event() > 0.2 * ALPHA, "a rule that never speaks is not tested by this: " + rates.event());
  }

  /** With noise at which an arm at 0 is found equivalent, so that studies end early: a false alarm may then come at any look. */
  @ParameterizedTest
  @CsvSource({"3 6, OBRIEN_FLEMING, 0 0", "2 4 6, POCOCK, 0 0 0", "2 3 4 5 6, POCOCK, 0"})
  void falseAlarmsStayBelowAlphaWhereEquivalenceEndsTheStudy(String seeds, Spending spending, String truths) {
    var rates = simulate(looks(seeds, spending), truth(truths), 0.003, 0, 19, (v, truth) -> truth == 0 && different(v.kind()));
    holds("false alarms with little noise, looks at " + seeds + " seeds, " + spending.word() + ", arms at " + truths, rates.event());
    assertTrue(rates.seeds() < looks(seeds, spending).allSeeds(), "ends early: " + rates.seeds());
  }

  @ParameterizedTest
  @CsvSource({
    "6, OBRIEN_FLEMING, 0.01 0 -0.01, 0", "2 3, POCOCK, 0.01, 0", "3 6, OBRIEN_FLEMING, 0.01 0, 0", "3 6, OBRIEN_FLEMING, -0.01 0.03 0 0, 0.1",
    "2 4 6, POCOCK, 0.01 0, 0", "2 3 4 5 6, POCOCK, 0.01, 0", "4 8 12, POCOCK, -0.01 0.01, 0.05"})
  void falseEquivalenceAtDeltaStaysBelowAlpha(String seeds, Spending spending, String truths, double lost) {
    var rates = simulate(looks(seeds, spending), truth(truths), 0.002, lost, 23, (v, truth) -> Math.abs(truth) >= DELTA && equivalent(v.kind()));
    holds("false equivalence, looks at " + seeds + " seeds, " + spending.word() + ", arms at " + truths + (lost > 0 ? ", trials lost " + lost : ""), rates.event());
    assertTrue(rates.event() > 0.05 * ALPHA, "a rule that never speaks is not tested by this: " + rates.event());
  }

  @Test
  void looksSaveSeedsWhereTheAnswerIsPlainAndFindIt() {
    var rates = simulate(looks("4 8", Spending.OBRIEN_FLEMING), new double[] {-0.1}, 0.01, 0, 29, (v, truth) -> v.kind() == Kind.BETTER);
    assertTrue(rates.event() > 0.999 && rates.seeds() < 4.5, rates.toString());
  }

  /** Why seeds that were added after a verdict are exploratory: no alpha is left, whether all seeds decide or only the new ones. */
  @Test
  void seedsAddedAfterAVerdictWouldRaiseFalseAlarms() {
    var random = new Random(31);
    int all = 0;
    int onlyNew = 0;
    for (int study = 0; study < STUDIES; study++) {
      double[] d = random.doubles(6).map(u -> Normal.STANDARD.quantile(u)).toArray();
      boolean first = TTest.oneSample(Arrays.copyOf(d, 3)).p() < ALPHA;
      all += first || TTest.oneSample(d).p() < ALPHA ? 1 : 0;
      onlyNew += first || TTest.oneSample(Arrays.copyOfRange(d, 3, 6)).p() < ALPHA ? 1 : 0;
    }
    if (STUDIES != FAST) System.out.printf("an undeclared look at 3 of 6 seeds: false alarms %.4f when all decide, %.4f when only the new ones do%n", (double) all / STUDIES, (double) onlyNew / STUDIES);
    assertTrue(all > 1.4 * ALPHA * STUDIES, "all " + all);
    assertTrue(onlyNew > 1.6 * ALPHA * STUDIES, "new " + onlyNew);
  }
}
