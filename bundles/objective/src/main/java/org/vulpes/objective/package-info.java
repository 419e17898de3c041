/**
 * Contract of objectives (slot {@code objective}, {@code Plugin<Objective>}): what turns models and text into a loss. {@code objective-pretrain} is the shortest example; one that also looks at a
 * frozen model:
 *
 * <pre>{@code
 * public List<Role> roles() {
 *   return List.of(new Role("teacher", "runs/large/trials/run-s1"));
 * }
 *
 * public Loss build(BatchGraph b) {
 *   Graph g = b.graph();
 *   Tensor mine = b.model().hidden(g, b.tokens(), b.firstVisible());
 *   Tensor its = b.role("teacher").hidden(g, b.tokens(), b.firstVisible());    // variables "teacher.model…", loaded and frozen by the run
 *   …
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.objective;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
