/**
 * Contract of curricula and mixtures: what a step teaches, and out of which domains. Fill slot {@code curriculum} with a {@code Plugin<Curriculum>}, or {@code mixture} with a
 * {@code Plugin<Mixture>}:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "mixture", use = "alternate")
 * public final class Alternate implements Plugin<Mixture> {
 *   public Mixture create(Options options) {
 *     List<String> domains = options.texts("domains");
 *     return (progress, lesson) -> new TreeMap<>(Map.of(domains.get((int) (progress.step() % domains.size())), 1.0));
 *   }
 * }
 * }</pre>
 *
 * Both are loop slots: an occupant is asked once before every step, on the training thread, and may be exchanged between any two. A curriculum hands its state on by
 * {@link org.vulpes.curriculum.Curriculum#save} and {@code restore}; one that decides by {@link org.vulpes.curriculum.Progress} alone has none. What it decides must follow from
 * progress and that state, or a resumed run would be another. {@code vulpes plugins new curriculum my-idea} writes a whole project.
 */
@Export
@Version("0.1.0")
package org.vulpes.curriculum;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
