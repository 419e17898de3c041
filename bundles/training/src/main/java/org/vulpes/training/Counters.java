package org.vulpes.training;

import org.vulpes.evaluation.BitsPerByte;

/**
 * What a step moves on.
 *
 * @param tokensBefore the last step
 * @param bytes of text taught
 * @param measured the last evaluation; null before the first
 */
record Counters(long step, long tokens, long tokensBefore, long bytes, double loss, double flops, BitsPerByte.Result measured) {
  static final Counters START = new Counters(0, 0, 0, 0, Double.NaN, 0, null);

  Counters measured(BitsPerByte.Result result) {
    return new Counters(step, tokens, tokensBefore, bytes, loss, flops, result);
  }
}
