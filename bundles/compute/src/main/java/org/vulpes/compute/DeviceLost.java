package org.vulpes.compute;

import org.vulpes.slot.GroundLost;

/** A device that worked does not answer any more. The message says so in a sentence, and what to do; what was saved before is whole. */
public final class DeviceLost extends GroundLost {
  private static final long serialVersionUID = 1L;

  public DeviceLost(String message, Throwable cause) {
    super(message, cause);
  }
}
