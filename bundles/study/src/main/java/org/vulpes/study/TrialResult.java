package org.vulpes.study;

import java.util.Locale;
import java.util.SortedMap;
import org.vulpes.evaluation.Score;

/**
 * How one trial ended.
 *
 * @param status finished, diverged or failed
 * @param reason one sentence unless finished
 * @param config hash of its arm's configuration
 * @param bitsPerByte mean over domains; NaN unless finished
 * @param samplingError standard error of bitsPerByte over the validation documents: what other text of the same kind would change; NaN unless finished
 * @param bytes of text taught
 * @param memory bytes held on the device at most; 0 when the trial failed before it could be asked
 * @param epochs how often each domain was taught
 * @param measured at the final step by the trial's evaluations, each number under {@code evaluation.metric}
 */
public record TrialResult(String arm, long seed, String status, String reason, String config, double bitsPerByte, SortedMap<String, Double> byDomain,
    double samplingError, long steps, long tokens, long bytes, double flops, double seconds, long memory, SortedMap<String, Double> epochs,
    SortedMap<String, Score> measured) {
  /** Numbers of evaluations that fit into a line; all of them stand in metrics.jsonl. */
  private static final int TOLD = 3;

  /** What it reached, for people: "2.8047 bits per byte, held-out.accuracy 0.6120". */
  public String reached() {
    var out = new StringBuilder(String.format(Locale.ROOT, "%.4f bits per byte", bitsPerByte));
    measured.entrySet().stream().limit(TOLD).forEach(m -> out.append(String.format(Locale.ROOT, ", %s %.4f", m.getKey(), m.getValue().mean())));
    return out.toString();
  }

  public boolean finished() {
    return status.equals("finished");
  }
}
