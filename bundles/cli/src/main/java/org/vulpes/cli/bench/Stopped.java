package org.vulpes.cli.bench;

/** The person pressed Ctrl-C. */
public final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Stopped() {
    super("stopped", null, false, false);
  }
}
