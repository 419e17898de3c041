/**
 * Contract of tokenizers. Fill slot {@code tokenizer} with a {@code Plugin<TokenizerTrainer>}; {@code tokenizer-byte} is the shortest example.
 * For what every implementation needs there are {@link org.vulpes.tokenizer.Utf8} (text to bytes, refusing unpaired surrogates),
 * {@link org.vulpes.tokenizer.TokenizerFile} (bounded reading, atomic writing) and {@link org.vulpes.tokenizer.ByteAlphabet} (the token
 * texts of byte-level files).
 */
@Export
@Version("0.1.0")
package org.vulpes.tokenizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
