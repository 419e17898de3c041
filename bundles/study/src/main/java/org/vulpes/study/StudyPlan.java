package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.vulpes.slot.Options;

/**
 * What a study will do, known before anything trains.
 *
 * @param name of the study: its file's name without the ending
 * @param baseline name of the arm that others are compared with
 * @param arms the baseline first, then in the order of the file
 * @param design looks, pilot, tuning and sharing of seeds
 * @param hash over everything that is fixed before the first trial
 * @param tokens of training text a trial
 * @param corpus content hash of the selected text (of the baseline)
 * @param domains bytes of training and validation text by domain (of the baseline)
 * @param tokenizer fingerprint (of the baseline)
 * @param sideBySide trials that run at the same time
 * @param threads that work on each
 * @param device what programs run on, in words
 * @param tokensPerSecond of one trial of the baseline while sideBySide run, as probed; NaN when not probed
 */
public record StudyPlan(String name, String question, String baseline, List<Arm> arms, List<Long> seeds, Design design, Metric metric, double smallestEffect, double alpha,
    String hash, long tokens, String corpus, SortedMap<String, long[]> domains, String tokenizer, int sideBySide, int threads, String device,
    double tokensPerSecond) {

  public int trials() {
    return arms.size() * seeds.size();
  }

  /** Numbers of seeds after which all comparisons are judged; the last is all seeds. */
  public List<Integer> looks() {
    return design.looks();
  }

  /** Comparisons that the decision rule judges together. */
  public int family() {
    return arms.size() - 1;
  }

  public Arm arm(String name) {
    return arms.stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * What some of the trials cost.
   *
   * @param tokens of all of them
   * @param flops of all of them, by the operations' rules; the curriculum of shorter trials is taken to cost as much a token
   * @param seconds of wall time, from the probe; NaN when not probed
   */
  public record Cost(int trials, long tokens, double flops, double seconds) {}

  /** Trials that decide, all looks taken. */
  public Cost cost() {
    Cost all = cost(seeds.size(), tokens, arms);
    double paid = all.flops() == 0 ? 1 : 1 - savedFlops() / all.flops();
    return new Cost(all.trials(), all.tokens(), all.flops() * paid, all.seconds() * paid);
  }

  /** FLOPs of first steps that several arms take and that are trained once. */
  public double savedFlops() {
    return arms.stream().mapToDouble(a -> a.shared().map(Shared::flops).orElse(0.0)).sum() * seeds.size();
  }

  public Cost pilotCost() {
    return cost(design.pilot().size(), tokens, arms.subList(0, 1));
  }

  public Cost tuningCost() {
    return cost(design.tuning().trials(), design.tuning().tokens(), arms);
  }

  private Cost cost(int each, long tokensEach, List<Arm> of) {
    double flops = of.stream().mapToDouble(Arm::flops).sum() * each * tokensEach / tokens;
    int all = each * of.size();
    double seconds = flops / arms.getFirst().flops() * tokens / tokensPerSecond / Math.max(1, Math.min(sideBySide, all));
    return new Cost(all, all * tokensEach, flops, all == 0 ? 0 : seconds);
  }

  /** Expected wall time of all trials, pilot and tuning too, in seconds, from the probe; NaN when not probed. */
  public double seconds() {
    return cost().seconds() + pilotCost().seconds() + tuningCost().seconds();
  }

  /** How the metric is made of its domains, as in a sentence: "mean over domains", or "mean over domains with weights dictionary 3, speech 1". */
  public String mean() {
    return mean(arms.getFirst().config());
  }

  static String mean(Config common) {
    if (!common.hasPath("training.metric-weights") || common.getObject("training.metric-weights").isEmpty()) return "mean over domains";
    Options weights = Options.at(common, "training.metric-weights");
    return "mean over domains with weights " + String.join(", ", weights.keys().stream().map(d -> d + " " + weights.config().getValue(ConfigUtil.joinPath(d)).unwrapped()).toList());
  }

  /** Validation text a domain from which verdicts are meant to rest on it. */
  public static final long ENOUGH_VALIDATION = 200_000;

  /** What a reader should know before believing the verdicts, in sentences. */
  public List<String> cautions() {
    var out = new ArrayList<String>();
    var little = domains.entrySet().stream().filter(d -> d.getValue()[1] < ENOUGH_VALIDATION).map(d -> String.format(Locale.ROOT, "%s %.0f KB", d.getKey(), d.getValue()[1] / 1e3)).toList();
    if (metric.isBits() && !little.isEmpty()) {
      out.add("Little validation text (" + String.join(", ", little) + "; a verdict should rest on at least 200 KB a domain): the differences hold for this text more than for others like it.");
    }
    if (design.same()) out.add("All arms are the same on purpose (aa = true): any difference that is found is a false alarm.");
    if (!design.share()) out.add("Every arm has seeds of its own, which follow from the seed and the arm's name (share = off): pairs have nothing in common.");
    return out;
  }

  /** What is compared, in words for people: "bits-per-byte, mean over domains", "held-out.accuracy, higher is better". */
  public String measure() {
    return measure(metric, arms.getFirst().config());
  }

  static String measure(Metric metric, Config common) {
    return metric.name() + ", " + (metric.isBits() ? mean(common) : metric.direction());
  }

  StudyPlan with(List<Arm> others) {
    return new StudyPlan(name, question, baseline, others, seeds, design, metric, smallestEffect, alpha, hash, tokens, corpus, domains, tokenizer, sideBySide, threads, device,
        tokensPerSecond);
  }

  StudyPlan with(double speed) {
    return new StudyPlan(name, question, baseline, arms, seeds, design, metric, smallestEffect, alpha, hash, tokens, corpus, domains, tokenizer, sideBySide, threads, device, speed);
  }
}
