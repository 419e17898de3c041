package org.vulpes.surgery;

import com.typesafe.config.Config;
import org.vulpes.model.Decoder;
import org.vulpes.slot.Catalogue;
import org.vulpes.tokenizer.Tokenizer;

/** A model as it is built. @param config of its run, whole and resolved */
public record Anatomy(Config config, Tokenizer tokenizer, Decoder decoder) {

  /** @throws org.vulpes.slot.InvalidInput when the parts of the model do not fit */
  public static Anatomy of(Config config, Tokenizer tokenizer, Catalogue catalogue) {
    return new Anatomy(config, tokenizer, Decoder.of(config, catalogue, tokenizer.vocabularySize()));
  }
}
