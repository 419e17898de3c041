/**
 * What a model is worth: bits per byte on validation text, and what plain compressors reach on the same text.
 */
@Export
@Version("0.1.0")
package org.vulpes.evaluation;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
