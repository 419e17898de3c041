/**
 * What a teacher says about a text, written once and read by every student that is taught the same text in the same order: {@link org.vulpes.objective.logits.LogitWriter} makes a file,
 * {@link org.vulpes.objective.logits.StoredLogits} reads it. A folder holds one file for each seed, as the order of the text follows from it.
 */
@Export
@Version("0.1.0")
package org.vulpes.objective.logits;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
