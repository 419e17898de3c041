/**
 * A study: a question, its arms, seeds and decision rule; planned, trained trial by trial, resumed, compared over paired seeds, judged.
 * {@link org.vulpes.study.Study} does it; {@link org.vulpes.study.StudyResult} is what reports are made from.
 */
@Export
@Version("0.1.0")
package org.vulpes.study;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
