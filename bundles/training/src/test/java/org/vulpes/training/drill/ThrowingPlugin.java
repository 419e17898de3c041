package org.vulpes.training.drill;

import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** For any slot. Cannot be made; starting its bundle succeeds all the same. */
public final class ThrowingPlugin implements Plugin<Object> {
  public ThrowingPlugin() {
    throw new IllegalStateException("no luck today");
  }

  @Override
  public Object create(Options options) {
    throw new AssertionError("nobody can ask it");
  }
}
