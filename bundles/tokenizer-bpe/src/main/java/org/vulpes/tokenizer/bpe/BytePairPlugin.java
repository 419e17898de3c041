package org.vulpes.tokenizer.bpe;

import org.osgi.service.component.annotations.Component;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.tokenizer.TokenizerTrainer;

/** Offers byte-pair encoding for slot {@code tokenizer}. */
@Component
@Fills(slot = "tokenizer", use = "bpe")
public final class BytePairPlugin implements Plugin<TokenizerTrainer> {

  @Override
  public TokenizerTrainer create(Options options) {
    return new BytePairTrainer(
        options.integer("vocabulary", 257, 262_144),
        BytePairTrainer.pattern(options.choice("pattern", "qwen2", "llama3", "gpt2")),
        options.integer("min-frequency", 1, 1_000_000));
  }
}
