/**
 * Continues texts: a {@link org.vulpes.generation.Generator} runs a decoder token by token and draws by
 * {@link org.vulpes.generation.Sampling}.
 *
 * <pre>{@code
 * try (var generator = Generator.open(decoder, device, weights)) {
 *   generator.generate(prompt, 64, Sampling.greedy(tokenizer.endOfText()), id -> System.out.print(tokenizer.decode(id)));
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
