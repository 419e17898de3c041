/**
 * Contract of what reinforcement learns from: {@link org.vulpes.reward.Problems} (slot {@code problems}) and {@link org.vulpes.reward.Reward}s (slot {@code reward}), with the
 * stock of both beside it. A reward of one's own:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "reward", use = "polite")
 * public final class Polite implements Plugin<Reward> {
 *   public Reward create(Options options) {
 *     return Reward.each(sample -> sample.text().contains("please") ? 1 : 0);
 *   }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.reward;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
