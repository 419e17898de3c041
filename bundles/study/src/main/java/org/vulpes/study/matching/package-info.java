/**
 * Matched variants: an arm that changes one thing gets the width, inner width or number of blocks with which it has as many parameters or costs
 * as many FLOPs as the baseline, so that a study compares designs and not sizes (Narang et al. 2021: at equal parameters and compute most
 * modifications do not help).
 *
 * <pre>{@code
 * var request = MatchRequest.of(root, "shallow", false).orElseThrow();       // match = non-embedding-parameters, free = [width, ffn]
 * var matched = Matching.match(request, baseline, 2048, variant, 2048, catalogue);
 * matched.match().words();   // "non-embedding parameters 1,116,288 → 1,119,664 (+0.30 %), width 208, ffn 424"
 * matched.config();          // the variant with model.width = 208, model.feedforward.gated.width = 424
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.study.matching;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
