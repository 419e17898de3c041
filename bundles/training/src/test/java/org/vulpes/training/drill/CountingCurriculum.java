package org.vulpes.training.drill;

import java.util.List;
import java.util.Map;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Teaches one lesson and counts how often it was asked: a count that equals the steps tells that no step was lost or taught twice, through however many swaps. */
public class CountingCurriculum implements Plugin<Curriculum> {
  @Override
  public Curriculum create(Options options) {
    return new Counting();
  }

  /** Its state goes from one instance to the next; restoring from a curriculum without a count begins at 0. */
  public static class Counting implements Curriculum {
    protected long calls;

    @Override
    public Lesson next(Progress progress) {
      calls++;
      return lesson();
    }

    private static Lesson lesson() {
      return new Lesson(16, 32, Map.of());
    }

    @Override
    public List<Planned> plan(long totalTokens) {
      return List.of(new Planned(0, "counting", lesson()));
    }

    @Override
    public Snapshot save() {
      return new Snapshot("counting", 1, Map.of("calls", calls));
    }

    @Override
    public void restore(Snapshot snapshot) {
      calls = snapshot.schema().equals("counting") ? snapshot.whole("calls") : 0;
    }
  }
}
