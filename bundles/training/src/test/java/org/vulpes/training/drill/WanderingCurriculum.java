package org.vulpes.training.drill;

import java.util.List;
import java.util.Map;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** One sequence a step, each of another length than the 64 before it: every step records a program, so that bricks are asked at every step. */
public final class WanderingCurriculum implements Plugin<Curriculum> {
  private static final int LENGTHS = 70;

  @Override
  public Curriculum create(Options options) {
    return new Curriculum() {
      @Override
      public Lesson next(Progress progress) {
        Trouble.passing("next");
        return lesson((int) (progress.step() % LENGTHS));
      }

      private static Lesson lesson(int n) {
        return new Lesson(4 + n, 4 + n, Map.of());
      }

      @Override
      public List<Planned> plan(long totalTokens) {
        return List.of(new Planned(0, "wandering", lesson(0)));
      }

      @Override
      public Snapshot save() {
        return Snapshot.empty("wandering");
      }

      @Override
      public void restore(Snapshot snapshot) {}
    };
  }
}
