package org.vulpes.training.drill;

import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** For any slot. Takes longer to make what it offers than anybody waits. */
public final class SlowPlugin implements Plugin<Object> {
  @Override
  public Object create(Options options) {
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted");
    }
    throw new AssertionError("nobody waits so long");
  }
}
