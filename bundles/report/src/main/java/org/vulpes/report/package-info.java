/**
 * What a person reads of a study: {@link org.vulpes.report.Report} writes {@code report.html}, which needs nothing but itself, {@code report.md} with
 * drawings beside it, and the table of verdicts for the terminal. It only reads: results, plan and the trials' metrics.
 *
 * <p>Both pages say the same: sections make blocks of plain text, tables and drawings, and two writers turn blocks into Markdown and HTML. The
 * HTML has no script; axes are switched by style, and paper shows what a screen folds away.
 *
 * <p>Drawings are made by JetBrains' lets-plot, a grammar of graphics: layers over data become one SVG, in Kotlin alone. Libraries that draw with AWT
 * (XChart, JFreeChart) need fontconfig and a font where a bare server has neither, and those that draw in the browser (ECharts) leave the Markdown
 * and paper without pictures. It costs 7 MB of this bundle, whose classes are loaded only when a report is written, and about a second then.
 */
@Export
@Version("0.1.0")
package org.vulpes.report;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
