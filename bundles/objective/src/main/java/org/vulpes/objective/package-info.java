/**
 * Contract of objectives (slot {@code objective}, {@code Plugin<Objective>}): what turns a model and a batch into a loss.
 * {@code objective-pretrain} is the shortest example.
 */
@Export
@Version("0.1.0")
package org.vulpes.objective;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
