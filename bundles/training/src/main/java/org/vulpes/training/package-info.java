/**
 * The run: step loop over slots, journal, metrics, checkpoints. {@link org.vulpes.training.TrainingRun} trains one trial and leaves plain files
 * behind; it resumes bit for bit from whatever whole checkpoint it finds.
 */
@Export
@Version("0.1.0")
package org.vulpes.training;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
