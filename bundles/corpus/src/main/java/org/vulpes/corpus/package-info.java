/**
 * Contract of corpora, and what turns documents into batches: deduplication, split, tokenised store, mixing, packing, exact resume.
 * Fill slot {@code corpus} with a {@code Plugin<CorpusSource>}:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "corpus", use = "poems")
 * public final class Poems implements Plugin<CorpusSource> {
 *   public CorpusSource create(Options options) {
 *     Path folder = Path.of(options.text("folder"));
 *     return …;   // domains(), documents(domain), fingerprint()
 *   }
 * }
 * }</pre>
 *
 * How a run uses one:
 *
 * <pre>{@code
 * Corpus corpus = new Corpus(source, CorpusSpec.read(Options.at(config, "corpus")));
 * Tokenizer tokenizer = trainer.train(corpus.sample(4_000_000), progress);       // or out of a cache keyed by corpus.hash() and trainer.recipe()
 * TokenStore store = corpus.tokenize(tokenizer, cacheFolder, say, progress);     // one for all trials of a study
 * TrainingStream stream = new TrainingStream(store, seed);                       // one a trial; save() and restore() at any batch
 * Batch batch = stream.next(lesson.sequences(), lesson.sequenceLength(), lesson.domainWeights());
 * List<Batch> held = new Validation(store).batches("prose", 8, 256);
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.corpus;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
