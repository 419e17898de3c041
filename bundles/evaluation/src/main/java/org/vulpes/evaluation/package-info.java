/**
 * What a model is worth. Bits per byte on validation text, and what plain compressors reach on the same text.
 *
 * <pre>{@code
 * ByteNgram ngram = ByteNgram.train(5, stream.taught(), 64L << 20);        // what the model was taught, and no more
 * double b = ngram.bitsPerByte(new Validation(store).texts("prose"));
 * double g = GzipBaseline.bitsPerByte(new Validation(store).texts("prose"));
 * }</pre>
 *
 * And what it does on tasks: an {@link org.vulpes.evaluation.Examination} puts the {@link org.vulpes.evaluation.Item}s of a {@link org.vulpes.evaluation.Task} to a
 * {@link org.vulpes.evaluation.Subject} by the definitions of EleutherAI's lm-evaluation-harness. A plugin for slot {@code evaluation} measures whatever it likes while a run trains:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "evaluation", use = "rhymes")
 * public final class Rhymes implements Plugin<Evaluation> {
 *   public Evaluation create(Options options) {
 *     return subject -> …;                                        // a list of ItemResult
 *   }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
