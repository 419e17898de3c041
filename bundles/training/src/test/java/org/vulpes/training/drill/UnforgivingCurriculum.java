package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Takes a state before its first lesson, and none after it: a run in which it teaches cannot be rewound. */
public final class UnforgivingCurriculum extends CountingCurriculum {
  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      private boolean taught;

      @Override
      public Lesson next(Progress progress) {
        taught = true;
        return super.next(progress);
      }

      @Override
      public void restore(Snapshot snapshot) {
        if (taught) throw new IllegalStateException("once is enough");
        super.restore(snapshot);
      }
    };
  }
}
