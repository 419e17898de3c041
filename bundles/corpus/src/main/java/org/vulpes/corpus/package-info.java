/**
 * Contract of corpora, and what turns documents into batches: deduplication, split, tokenised store, mixing, packing, exact resume.
 * Fill slot {@code corpus} with a {@code Plugin<CorpusSource>}.
 */
@Export
@Version("0.1.0")
package org.vulpes.corpus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
