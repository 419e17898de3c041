package org.vulpes.slot;

/**
 * A mistake in what a user wrote or handed over: a misspelt key, a value out of range, a file that is missing or damaged.
 * The message is one sentence for that person: what is wrong, where ({@code file:line: key}) and what to do. The command line prints it
 * without a stack trace and ends with exit code 2.
 */
public final class InvalidInput extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidInput(String message) {
    super(message);
  }

  public InvalidInput(String message, Throwable cause) {
    super(message, cause);
  }
}
