package org.vulpes.itests.command;

import java.util.List;
import java.util.Map;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** A curriculum that is no part of the distribution: sequences of half its option's length. */
public final class HalvingCurriculum implements Plugin<Curriculum> {
  @Override
  public Curriculum create(Options options) {
    var lesson = new Lesson(options.integer("length", 4, 1024) / 2, 128, Map.of());
    return new Curriculum() {
      @Override
      public Lesson next(Progress progress) {
        return lesson;
      }

      @Override
      public List<Planned> plan(long totalTokens) {
        return List.of(new Planned(0, "halving", lesson));
      }

      @Override
      public Snapshot save() {
        return Snapshot.empty("halving");
      }

      @Override
      public void restore(Snapshot snapshot) {
        // What it teaches depends on nothing.
      }
    };
  }
}
