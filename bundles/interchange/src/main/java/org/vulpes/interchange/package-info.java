/**
 * Weights and configurations in the formats of others: safetensors, Hugging Face folders, and the comparison of a model with the numbers
 * another implementation computed ({@link org.vulpes.interchange.Parity}). Everything that is read is untrusted: sizes are bounded, offsets checked.
 */
@Export
@Version("0.1.0")
package org.vulpes.interchange;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
