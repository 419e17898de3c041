/**
 * Statistics of paired studies, checked against R: distributions with accurate tails, t tests, exact tests on few pairs, adjusted p-values,
 * equivalence, effect sizes, power, and the one rule that turns the seeds of two arms into a verdict.
 *
 * <pre>{@code
 * var rule = new DecisionRule(0.05, 0.01);                              // alpha, smallest effect in bits per byte
 * List<Verdict> verdicts = rule.judge(List.of(
 *     new DecisionRule.Comparison("flat", baselineBitsPerByte, flatBitsPerByte),   // same index = same seed
 *     new DecisionRule.Comparison("mha", baselineBitsPerByte, mhaBitsPerByte)));
 * verdicts.getFirst().kind();                                           // BETTER, WORSE, EQUIVALENT, UNDECIDED, ...
 * verdicts.getFirst().moreSeeds();                                      // for an undecided one
 * Power.detectableDifference(6, 0.05 / 2, 0.8, sd);                     // before anything runs: what 6 seeds can show
 * }</pre>
 *
 * A statistic that does not exist (no variance, too few pairs) is NaN, never 0 and never infinite.
 */
@Export
@Version("0.1.0")
package org.vulpes.study.statistics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
