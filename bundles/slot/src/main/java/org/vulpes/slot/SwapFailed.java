package org.vulpes.slot;

/** A swap that a configuration demands could not be done at its step: the trial has failed. The message is one sentence. */
public final class SwapFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SwapFailed(String message) {
    super(message);
  }
}
