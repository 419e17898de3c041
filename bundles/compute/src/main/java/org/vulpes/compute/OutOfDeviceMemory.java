package org.vulpes.compute;

/** A device has not the memory that was asked for. The message gives what was asked, what is in use and what to make smaller. */
public final class OutOfDeviceMemory extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OutOfDeviceMemory(String message, Throwable cause) {
    super(message, cause);
  }
}
