/**
 * Contract of optimizers (slot {@code optimizer}, {@code Plugin<Optimizer>}) and learning-rate schedules (slot {@code schedule}, {@code Plugin<Schedule>}) with the stock
 * schedules.
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "schedule", use = "triangle")
 * public final class Triangle implements Plugin<Schedule> {
 *   public Schedule create(Options options) {
 *     double peak = options.number("peak", 0.001, 0.999);
 *     return share -> share < peak ? share / peak : (1 - share) / (1 - peak);
 *   }
 * }
 * }</pre>
 *
 * An optimizer adds one parameter's update to a graph, by operations that are there ({@code optimizer-muon}) or one of its own; {@code optimizer-lion} is the shortest example.
 * Moments belong to the run. A moment of the same name means the same in every optimizer, so that its values travel when one takes over from another while a run goes on:
 * {@code m} is a running mean of gradients, {@code v} one of their squares. What else a new one needs it can begin from those ({@link org.vulpes.optimizer.Optimizer#begin}).
 */
@Export
@Version("0.1.0")
package org.vulpes.optimizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
