package org.vulpes.corpus;

/**
 * Sequences ready to train on; arrays are [sequences × length], row-major.
 *
 * @param tokens inputs
 * @param targets the next token at each position, or {@link #IGNORED}
 * @param firstVisible the first position (0 … length-1, within the sequence) that this position may attend to: the start of its document
 * @param weight of each target in the loss; 0 where the target is ignored
 * @param bytes UTF-8 bytes that the weighted targets stand for
 */
public record Batch(int sequences, int length, int[] tokens, int[] targets, int[] firstVisible, float[] weight, long bytes) {
  public static final int IGNORED = -1;

  /** Number of targets with a weight other than 0. */
  public int predictions() {
    int n = 0;
    for (float w : weight) if (w != 0) n++;
    return n;
  }
}
