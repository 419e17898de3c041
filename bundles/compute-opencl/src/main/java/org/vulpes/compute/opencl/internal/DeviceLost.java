package org.vulpes.compute.opencl.internal;

/** A device that worked does not answer any more. */
final class DeviceLost extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeviceLost(String message, Throwable cause) {
    super(message, cause);
  }
}
