package org.vulpes.study;

import java.util.List;
import java.util.SortedMap;

/**
 * What a study will do, known before anything trains.
 *
 * @param name of the study: its file's name without the ending
 * @param baseline name of the arm that others are compared with
 * @param arms the baseline first, then in the order of the file
 * @param design looks at the results
 * @param hash over question, metric, δ, α, seeds and the arms' configurations
 * @param tokens of training text a trial
 * @param corpus content hash of the selected text (of the baseline)
 * @param domains bytes of training and validation text by domain (of the baseline)
 * @param tokenizer fingerprint (of the baseline)
 * @param sideBySide trials that run at the same time
 * @param threads that work on each
 * @param device what programs run on, in words
 * @param tokensPerSecond of one trial of the baseline while sideBySide run, as probed; NaN when not probed
 */
public record StudyPlan(String name, String question, String baseline, List<Arm> arms, List<Long> seeds, Design design, String metric, double smallestEffect, double alpha,
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

  /** Expected wall time of all trials in seconds, from the probe; NaN when not probed. */
  public double seconds() {
    double base = arms.getFirst().flops();
    double work = 0;
    for (Arm a : arms) work += a.flops() / base;
    return work * seeds.size() * tokens / tokensPerSecond / Math.min(sideBySide, trials());
  }
}
