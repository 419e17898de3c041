/**
 * Contract of tokenizers. Fill slot {@code tokenizer} with a {@code Plugin<TokenizerTrainer>}; {@code tokenizer-byte} is the shortest example.
 */
@Export
@Version("0.1.0")
package org.vulpes.tokenizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
