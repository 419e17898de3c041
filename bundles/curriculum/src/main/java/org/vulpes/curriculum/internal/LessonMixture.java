package org.vulpes.curriculum.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Mixture;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** The mixture that the curriculum's lesson asks for. */
@Component
@Fills(slot = "mixture", use = "lesson")
public final class LessonMixture implements Plugin<Mixture> {
  @Override
  public Mixture create(Options options) {
    return (progress, lesson) -> lesson.domainWeights();
  }
}
