package org.vulpes.surgery;

/**
 * What a surgery will do.
 *
 * @param what in words, for journal and terminal: "8 key/value heads are pooled to 2 (means of 4)"
 * @param exact whether the model computes the same function afterwards, but for rounding
 * @param work is done on the weights, then on each moment
 */
public record Operation(String what, boolean exact, Work work) {
  @FunctionalInterface
  public interface Work {
    void on(Body body);
  }
}
