/**
 * What every plugin meets first: how a bundle offers something for a slot, and how its options are read.
 *
 * <p>A <em>slot</em> is a named place in a run ({@code curriculum}, {@code attention}, {@code optimizer}, …) that one plugin fills at a
 * time. A plugin is one class that makes the thing from its options, and says which slot it fills under which name:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "curriculum", use = "linear")
 * public final class LinearCurriculum implements Plugin<Curriculum> {
 *   public Curriculum create(Options options) {
 *     int to = options.integer("to", 1, 1 << 20);
 *     return progress -> new Lesson(Math.min(to, 32 + (int) (progress.tokens() / 1000)), …);
 *   }
 * }
 * }</pre>
 *
 * Its defaults, one comment with a reason each, stand in {@code reference.conf} at the root of the bundle under
 * {@code curriculum.linear}; a key that is not there is a typing error and is refused with the nearest legal key.
 * A user chooses it with {@code curriculum { use = linear, linear { to = 512 } }}.
 *
 * <p>What a plugin makes can be exchanged while a run goes on ({@link org.vulpes.slot.Swaps}). For that it keeps its state in a {@link org.vulpes.slot.Snapshot}, and
 * keeps to some rules, so that nothing of it stays behind when its bundle is taken away: no thread that outlives it, no shutdown hook, no thread-local on a thread that is
 * not its own, no memory that outlives it. A run has one {@link org.vulpes.slot.Slot} for each slot whose occupant can be exchanged.
 */
@Export
@Version("0.1.0")
package org.vulpes.slot;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
