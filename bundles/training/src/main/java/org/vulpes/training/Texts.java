package org.vulpes.training;

import com.typesafe.config.Config;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;

/** Where a run's text comes from, cut by its tokenizer: out of a cache, or made anew. From any thread. */
@FunctionalInterface
public interface Texts {

  /**
   * The corpus of a configuration.
   *
   * @param plugins that make its tokenizer
   * @throws org.vulpes.slot.InvalidInput when there is none
   */
  TokenStore of(Config config, Catalogue plugins);
}
