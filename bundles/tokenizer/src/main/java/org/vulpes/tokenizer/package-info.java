/**
 * Contract of tokenizers. Fill slot {@code tokenizer} with a {@code Plugin<TokenizerTrainer>}; {@code tokenizer-byte} is the shortest example:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "tokenizer", use = "words")
 * public final class Words implements Plugin<TokenizerTrainer> {
 *   public TokenizerTrainer create(Options options) {
 *     int vocabulary = options.integer("vocabulary", 300, 1 << 20);
 *     return new WordTrainer(vocabulary);   // recipe(), train(texts, progress), load(file)
 *   }
 * }
 * }</pre>
 *
 * For what every implementation needs there are {@link org.vulpes.tokenizer.Utf8} (text to bytes, refusing unpaired surrogates),
 * {@link org.vulpes.tokenizer.TokenizerFile} (bounded reading, atomic writing) and {@link org.vulpes.tokenizer.ByteAlphabet} (the token
 * texts of byte-level files). A run's tokenizer stays: token ids, and the rows of embedding and head, belong to it.
 */
@Export
@Version("0.1.0")
package org.vulpes.tokenizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
