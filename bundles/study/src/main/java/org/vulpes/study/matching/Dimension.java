package org.vulpes.study.matching;

import java.util.Locale;

/** A size of a decoder that may be freed to match a variant to its baseline. */
public enum Dimension {
  /** Of the residual stream: {@code model.width}. */
  WIDTH,
  /** Of the inner layer of the feed-forward part, under the key that its brick names. */
  FFN,
  /** Number of blocks: {@code model.layers}. */
  LAYERS;

  /** As in a configuration: {@code ffn}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
