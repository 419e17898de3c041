/**
 * What a model is worth: bits per byte on validation text, and what plain compressors reach on the same text.
 *
 * <pre>{@code
 * ByteNgram ngram = ByteNgram.train(5, stream.taught(), 64L << 20);        // what the model was taught, and no more
 * double b = ngram.bitsPerByte(new Validation(store).texts("prose"));
 * double g = GzipBaseline.bitsPerByte(new Validation(store).texts("prose"));
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
