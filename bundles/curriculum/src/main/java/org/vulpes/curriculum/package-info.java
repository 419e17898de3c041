/**
 * Contract of curricula. Fill slot {@code curriculum} with a {@code Plugin<Curriculum>}; {@code curriculum-flat} is the shortest example.
 */
@Export
@Version("0.1.0")
package org.vulpes.curriculum;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
