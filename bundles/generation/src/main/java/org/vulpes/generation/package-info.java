/**
 * Continues texts: a {@link org.vulpes.generation.Generator} runs a decoder over many prompts at once, token by token with a cache of keys and values, and draws by
 * {@link org.vulpes.generation.Sampling} until {@link org.vulpes.generation.Ending} says so.
 *
 * <pre>{@code
 * try (var generator = Generator.open(decoder, device, weights)) {
 *   var ending = Ending.text(64, tokenizer, List.of("\n"));
 *   for (Continuation c : generator.generate(List.of(new Prompt(ids, 4, 1)), Sampling.temperature(0.8), ending, (prompt, sample, token) -> {})) {
 *     System.out.println(ending.text(c.tokens(), tokenizer));
 *   }
 * }
 * }</pre>
 *
 * A training run gives its own live weights ({@link org.vulpes.generation.Generator#over}): nothing is copied. Bricks that mix positions do so through
 * {@link org.vulpes.model.Context#attend}, which is where the cache comes in.
 */
@Export
@Version("0.1.0")
package org.vulpes.generation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
