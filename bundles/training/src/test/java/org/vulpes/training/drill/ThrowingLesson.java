package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;

/** Passes every test, and throws at its third lesson in the run. */
public final class ThrowingLesson extends CountingCurriculum {
  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      private int lessons;

      @Override
      public Lesson next(Progress progress) {
        if (++lessons == 3) throw new IllegalStateException("out of ideas");
        return super.next(progress);
      }
    };
  }
}
