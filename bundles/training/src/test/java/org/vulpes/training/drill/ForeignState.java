package org.vulpes.training.drill;

import java.util.Map;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Puts an object of its own into its state once it has taught two lessons, which would keep its class loader for ever. */
public final class ForeignState extends CountingCurriculum {
  private enum Mood { GOOD }

  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      @Override
      public Snapshot save() {
        return calls < 2 ? super.save() : new Snapshot("counting", 1, Map.of("mood", Mood.GOOD));
      }
    };
  }
}
