package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Takes the state when it is tried out, and refuses it at the handover, on the training thread. */
public final class ThrowingLater extends CountingCurriculum {
  private int made;

  @Override
  public Curriculum create(Options options) {
    boolean second = made++ % 2 == 1;
    return new Counting() {
      @Override
      public void restore(Snapshot snapshot) {
        if (second) throw new IllegalStateException("changed my mind");
        super.restore(snapshot);
      }
    };
  }
}
