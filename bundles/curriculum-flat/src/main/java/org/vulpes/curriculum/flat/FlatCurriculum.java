package org.vulpes.curriculum.flat;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** The same lesson from the first step to the last: what any other curriculum has to beat. */
@Component
@Fills(slot = "curriculum", use = "flat")
public final class FlatCurriculum implements Plugin<Curriculum> {

  @Override
  public Curriculum create(Options options) {
    return new Flat(Lesson.read(options));
  }

  private record Flat(Lesson lesson) implements Curriculum {
    private static final String SCHEMA = "curriculum-flat";

    @Override
    public Lesson next(Progress progress) {
      return lesson;
    }

    @Override
    public List<Planned> plan(long totalTokens) {
      return List.of(new Planned(0, "flat", lesson));
    }

    @Override
    public Snapshot save() {
      return Snapshot.empty(SCHEMA);
    }

    @Override
    public void restore(Snapshot snapshot) {
      // Without a state of its own it can take over from any curriculum: what it teaches depends on progress alone.
    }
  }
}
