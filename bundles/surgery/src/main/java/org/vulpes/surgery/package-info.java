/**
 * Contract of surgery: turns the weights of a trained model, and its optimizer's moments, into those of a model that is built otherwise, with the function preserved where
 * mathematics allows. A surgery is a plugin that carries out the change of some keys of the configuration:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "surgery", use = "halve-heads")
 * public final class HalveHeads implements Plugin<Surgery> {
 *   public Surgery create(Options options) {
 *     return Surgery.of(List.of("model.attention.mine.heads"), change -> new Operation("every second head of … is left out", false, body -> {
 *       for (Parameter p : change.reshaped()) body.put(p, keepEverySecond(body.values(p.name())));
 *     }));
 *   }
 * }
 * }</pre>
 *
 * It is found by its keys: whatever changes {@code model.attention.mine.heads} (a fork, a branch, {@code changes = […]}, a swap of a run that is going) comes to it. Its work is done once for the
 * weights and once for each moment whose {@link org.vulpes.surgery.Meaning} is known; what it leaves must have the names and shapes of the new model's parameters, which is checked. Several surgeries
 * at once are done one after the other, each from a whole model to a whole model. Options of a surgery stand below {@code surgery.<use>}.
 */
@Export
@Version("0.1.0")
package org.vulpes.surgery;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
