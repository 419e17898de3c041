package org.vulpes.slot;

/** Something that a run stands on is gone, as its device: nobody's fault who works on it, so no swap and no trial fails by it. What was saved is whole, and the same command goes on. */
public abstract class GroundLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected GroundLost(String message, Throwable cause) {
    super(message, cause);
  }
}
