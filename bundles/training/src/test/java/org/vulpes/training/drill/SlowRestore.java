package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Takes longer than anybody waits. */
public final class SlowRestore extends CountingCurriculum {
  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      @Override
      public void restore(Snapshot snapshot) {
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          throw new IllegalStateException("interrupted");
        }
      }
    };
  }
}
