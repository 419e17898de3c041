package org.vulpes.compute.opencl.internal;

/** The device's compiler refuses a program. */
final class BuildFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String log;

  BuildFailure(String message, String log) {
    super(message);
    this.log = log;
  }

  /** What the compiler wrote. */
  String log() {
    return log;
  }
}
