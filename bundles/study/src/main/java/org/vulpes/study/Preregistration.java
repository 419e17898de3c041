package org.vulpes.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vulpes.study.statistics.GroupSequential;
import org.vulpes.study.statistics.Normal;

/** What is fixed before the first trial, each thing under its name; and what a later change of it means. */
final class Preregistration {
  private static final String SEEDS = "seeds";

  private Preregistration() {}

  static SortedMap<String, String> of(StudySettings s, List<Arm> arms, String corpus) {
    Design d = s.design();
    var out = new TreeMap<String, String>();
    out.put("question", s.question());
    out.put("baseline", s.baseline());
    out.put("metric", StudyPlan.measure(s.metric(), arms.getFirst().config()) + ", at the final step");
    out.put("smallest-effect", Double.toString(s.smallestEffect()));
    out.put("alpha", Double.toString(s.alpha()));
    out.put("family", "all arms against the baseline: " + String.join(", ", arms.stream().skip(1).map(Arm::name).toList()));
    out.put("rule", "two-sided paired t, adjusted for looks, Holm over the family; TOST at the same alpha, adjusted for looks, Holm over its own family");
    out.put(SEEDS, s.seeds().toString());
    out.put("looks", d.looks().toString() + (d.looks().size() > 1 ? ", alpha spent as " + d.spending().word() : ""));
    out.put("stopping", d.looks().size() > 1
        ? "at the first look at which every comparison is decided, else at the last; arms that are decided sooner go on with the others"
        : "when all seeds are there");
    out.put("exclusion", "a pair is left out only when one of its trials diverged or failed, and is counted");
    out.put("share", d.share() ? "arms share seeds" : "every arm has seeds of its own");
    out.put("aa", Boolean.toString(d.same()));
    out.put("tune", d.tuning().isEmpty() ? "nothing" : d.tuning().values() + " at " + d.tuning().seeds().size() + " seeds of " + d.tuning().tokens() + " tokens; " + (s.metric().higher() ? "highest" : "lowest") + " mean");
    out.put("corpus", corpus);
    // What it is matched in does not stand in an arm's configuration, only what was solved.
    for (Arm a : arms) out.put("arm " + a.name(), Hash.of(a.hash(), a.match().map(m -> m.quantity().word()).orElse("")));
    return out;
  }

  static String hash(SortedMap<String, String> declared) {
    return Hash.of(declared.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toArray(String[]::new));
  }

  /** One sentence for each thing that is no longer as it was declared. @param alpha of the study */
  static List<String> changes(SortedMap<String, String> before, SortedMap<String, String> now, double alpha) {
    var out = new ArrayList<String>();
    var keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    for (String key : keys) {
      String was = before.get(key);
      String is = now.get(key);
      if (was != null && was.equals(is)) continue;
      if (key.equals(SEEDS) && was != null) out.add(seeds(was, is, alpha));
      else if (key.startsWith("arm ")) out.add("The " + key + (was == null ? " was added." : is == null ? " was taken away." : " was changed."));
      else if (key.equals("corpus")) out.add("The text was changed.");
      // Follows from what is said already.
      else if (!key.equals("family") && !key.equals("stopping") && !(key.equals("looks") && !before.get(SEEDS).equals(now.get(SEEDS)))) {
        out.add("study." + key + " was " + said(was) + " and is " + said(is) + ".");
      }
    }
    return out;
  }

  private static String said(String value) {
    return value == null ? "absent" : value.isEmpty() ? "empty" : "\"" + value + "\"";
  }

  private static String seeds(String was, String is, double alpha) {
    List<String> before = list(was);
    List<String> now = list(is);
    if (now.size() <= before.size() || !now.subList(0, before.size()).equals(before)) return "study.seeds was " + was + " and is " + is + ".";
    return String.format(Locale.ROOT, "The first %d seeds were a look that was not declared: %d %s added after it. No alpha is left for them: with a test at %s after both, "
        + "a difference would be found in %.0f %% of studies of equal arms or more. Declare looks beforehand (study.looks = [%d, %d]), or let new seeds alone decide in a study of their own.",
        before.size(), now.size() - before.size(), now.size() - before.size() == 1 ? "was" : "were", plain(alpha), 100 * undeclared(before.size(), now.size(), alpha), before.size(), now.size());
  }

  /** Chance of a false alarm when a test at alpha is made at both sizes. */
  static double undeclared(int first, int all, double alpha) {
    double z = Normal.STANDARD.upperQuantile(0.5 * alpha);
    return Arrays.stream(GroupSequential.crossing(new double[] {z, z}, new double[] {(double) first / all, 1}, true)).sum();
  }

  private static List<String> list(String seeds) {
    return List.of(seeds.substring(1, seeds.length() - 1).split(", "));
  }

  private static String plain(double x) {
    return Double.toString(x);
  }
}
