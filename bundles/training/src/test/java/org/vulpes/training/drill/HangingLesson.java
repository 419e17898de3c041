package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;

/** Passes every test, and comes back from its second lesson in the run only after the system property says so. */
public final class HangingLesson extends CountingCurriculum {
  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      private int lessons;

      @Override
      public Lesson next(Progress progress) {
        if (++lessons == 2) {
          while (!Boolean.getBoolean("drill.released")) Thread.onSpinWait();
        }
        return super.next(progress);
      }
    };
  }
}
