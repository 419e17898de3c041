package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/**
 * What a study compares: bits per byte, or one number that an evaluation of the runs reports ({@code held-out.accuracy}).
 *
 * @param name {@code bits-per-byte}, or the evaluation's name, a dot, and the metric's
 * @param higher whether more is better
 */
public record Metric(String name, boolean higher) {
  public static final Metric BITS_PER_BYTE = new Metric("bits-per-byte", false);

  /** @param o the block {@code study} */
  static Metric of(Options o) {
    String name = o.text("metric");
    if (name.equals(BITS_PER_BYTE.name)) {
      if (o.has("better") && o.choice("better", "lower", "higher").equals("higher")) throw o.wrong("better", "= higher, but of bits per byte fewer are better; leave the key out");
      return BITS_PER_BYTE;
    }
    if (!name.contains(".")) throw o.wrong("metric", "= " + name + " is neither bits-per-byte nor EVALUATION.METRIC, as in held-out.accuracy with evaluations { held-out { use = problems } }");
    if (!o.has("better")) throw o.wrong("better", "is missing; say whether higher or lower is better of " + name);
    return new Metric(name, o.choice("better", "lower", "higher").equals("higher"));
  }

  /**
   * @param o the block {@code study}
   * @param measured by the runs of an arm: names of numbers by evaluation
   * @throws InvalidInput when they do not measure it
   */
  void check(Options o, String arm, SortedMap<String, SortedSet<String>> measured) {
    if (isBits() || measured.getOrDefault(evaluation(), Collections.emptySortedSet()).contains(metric())) return;
    var all = measured.entrySet().stream().flatMap(e -> e.getValue().stream().map(m -> e.getKey() + "." + m)).toList();
    throw o.wrong("metric", "= " + name + " is not measured by the runs of '" + arm + "', which measure "
        + (all.isEmpty() ? "nothing besides bits per byte; name an evaluation, as in evaluations { held-out { use = problems } }" : String.join(", ", all) + Spelling.hint(name, all)));
  }

  public boolean isBits() {
    return equals(BITS_PER_BYTE);
  }

  /** The evaluation that reports it. */
  public String evaluation() {
    return name.substring(0, Math.max(0, name.indexOf('.')));
  }

  /** Its name there. */
  public String metric() {
    return name.substring(name.indexOf('.') + 1);
  }

  /** As its unit stands in a sentence: "bits per byte", "held-out accuracy". */
  public String words() {
    return isBits() ? "bits per byte" : evaluation() + " " + metric();
  }

  /** "lower is better" or "higher is better". */
  public String direction() {
    return (higher ? "higher" : "lower") + " is better";
  }

  /** What a trial reached; NaN where it gave no number. */
  public double of(TrialResult r) {
    if (isBits()) return r.bitsPerByte();
    return r.measured().containsKey(name) ? r.measured().get(name).mean() : Double.NaN;
  }

  /** Standard error of it over documents or items; NaN where there is none. */
  public double error(TrialResult r) {
    if (isBits()) return r.samplingError();
    return r.measured().containsKey(name) ? r.measured().get(name).standardError() : Double.NaN;
  }

  /** Whether a value is better than another. */
  public boolean better(double value, double than) {
    return higher ? value > than : value < than;
  }

  /** All that decides how an arm's runs measure it: the evaluation's options, and the problems where it puts those of the run. Empty for bits per byte. */
  String measuredBy(Config arm) {
    String own = "evaluations." + ConfigUtil.quoteString(evaluation());
    if (isBits() || !arm.hasPath(own + ".use")) return "";
    String use = ConfigUtil.quoteString(arm.getString(own + ".use"));
    Config options = Options.at(arm, own + "." + use).config().withFallback(Options.at(arm, "evaluation." + use).config());
    if (use.equals("\"problems\"")) options = options.withValue("problems", Options.at(options, "problems").config().withFallback(Options.at(arm, "problems").config()).root());
    return use + options.root().render(ConfigRenderOptions.concise());
  }
}
