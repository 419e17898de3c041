/** Benchmarks in the layouts in which they are published, worded and scored as in EleutherAI's lm-evaluation-harness, and tasks made from WordNet. */
@Export
@Version("0.1.0")
package org.vulpes.evaluation.tasks;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
