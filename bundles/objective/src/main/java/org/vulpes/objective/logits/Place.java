package org.vulpes.objective.logits;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A row of a batch as a teacher read it: tokens, what each of them sees, and which positions are learned.
 *
 * @param tokens one id a position
 * @param firstVisible the first position that each one sees
 * @param learned whether the position's prediction counts
 */
public record Place(int[] tokens, int[] firstVisible, boolean[] learned) {

  /** Row {@code s} of a batch of rows of this length. @param weight 0 where nothing is learned */
  public static Place of(int[] tokens, int[] firstVisible, float[] weight, int s, int length) {
    var learned = new boolean[length];
    for (int i = 0; i < length; i++) learned[i] = weight[s * length + i] != 0;
    return new Place(Arrays.copyOfRange(tokens, s * length, (s + 1) * length), Arrays.copyOfRange(firstVisible, s * length, (s + 1) * length), learned);
  }

  public int length() {
    return tokens.length;
  }

  public int positions() {
    int n = 0;
    for (boolean b : learned) if (b) n++;
    return n;
  }

  /** 128 bits that another row of text does not have. */
  byte[] hash() {
    var bytes = ByteBuffer.allocate(9 * length());
    for (int i = 0; i < length(); i++) bytes.putInt(tokens[i]).putInt(firstVisible[i]).put((byte) (learned[i] ? 1 : 0));
    return Arrays.copyOf(sha256().digest(bytes.array()), 16);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
