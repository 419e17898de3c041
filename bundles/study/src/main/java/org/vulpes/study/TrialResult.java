package org.vulpes.study;

import java.util.SortedMap;

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
 */
public record TrialResult(String arm, long seed, String status, String reason, String config, double bitsPerByte, SortedMap<String, Double> byDomain,
    double samplingError, long steps, long tokens, long bytes, double flops, double seconds, long memory, SortedMap<String, Double> epochs) {

  public boolean finished() {
    return status.equals("finished");
  }
}
