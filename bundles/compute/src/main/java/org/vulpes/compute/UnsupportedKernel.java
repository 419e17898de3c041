package org.vulpes.compute;

/** A device was asked for a kernel, or a form of it, that it does not have. */
public final class UnsupportedKernel extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnsupportedKernel(String message) {
    super(message);
  }
}
