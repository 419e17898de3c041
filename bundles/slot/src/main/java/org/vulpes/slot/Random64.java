package org.vulpes.slot;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers without state: each is a function of a key and a counter, so that a resumed, replayed or re-threaded run draws the same
 * ones. The mixing function is SplitMix64's finaliser (Steele, Lea, Flood 2014), applied to key and counter in turn.
 *
 * <p>A key is made of a seed, a purpose and what the numbers are for ("initial", "model.layers.3.self_attn.q_proj.weight"), so parameters
 * of the same name and shape start equal in every arm of a study.
 */
public record Random64(long key) {

  public static Random64 of(long seed, String... purpose) {
    long k = mix(seed + 0x9E3779B97F4A7C15L);
    for (String p : purpose) {
      for (byte b : p.getBytes(StandardCharsets.UTF_8)) k = mix(k ^ (b & 0xFF)) + 0x9E3779B97F4A7C15L;
      k = mix(k ^ 0x100);
    }
    return new Random64(k);
  }

  /** 64 random bits. */
  public long bits(long counter) {
    return mix(key + mix(counter + 0x9E3779B97F4A7C15L));
  }

  /** Uniform in [0, 1), 53 bits. */
  public double uniform(long counter) {
    return (bits(counter) >>> 11) * 0x1p-53;
  }

  /** Uniform in 0 .. bound-1, by multiplication of 64 by 63 bits; bias below bound / 2^64. */
  public long below(long counter, long bound) {
    return Math.unsignedMultiplyHigh(bits(counter), bound);
  }

  /** Standard normal, by Box and Muller from the uniforms 2·counter and 2·counter+1; StrictMath, so the same bits everywhere. */
  public double normal(long counter) {
    double u = 1 - uniform(2 * counter);
    double v = uniform(2 * counter + 1);
    return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * StrictMath.PI * v);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
