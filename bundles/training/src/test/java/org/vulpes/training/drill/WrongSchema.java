package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Understands version 7 of a state that nobody writes. */
public final class WrongSchema extends CountingCurriculum {
  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      @Override
      public void restore(Snapshot snapshot) {
        snapshot.expect("elaborate", 7);
      }
    };
  }
}
