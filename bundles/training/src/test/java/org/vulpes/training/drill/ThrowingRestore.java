package org.vulpes.training.drill;

import org.vulpes.curriculum.Curriculum;
import org.vulpes.slot.Options;
import org.vulpes.slot.Snapshot;

/** Takes no state. */
public final class ThrowingRestore extends CountingCurriculum {
  /** Of the plugin: must not be kept by anybody. */
  static final class OwnFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OwnFailure() {
      super("this state is not to my taste");
    }
  }

  @Override
  public Curriculum create(Options options) {
    return new Counting() {
      @Override
      public void restore(Snapshot snapshot) {
        throw new OwnFailure();
      }
    };
  }
}
