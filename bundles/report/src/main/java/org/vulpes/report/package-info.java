/**
 * What a person reads of a study: {@link org.vulpes.report.Report} writes Markdown with drawings beside it, and the table of verdicts for the
 * terminal. It only reads: results, plan and the trials' metrics.
 */
@Export
@Version("0.1.0")
package org.vulpes.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
