package org.vulpes.study;

/** The seed that a trial really runs with. */
final class Seeds {
  private Seeds() {}

  /** The trial's own seed when arms share seeds; otherwise one that follows from it and the arm's name, the same on every machine. */
  static long of(Design design, String arm, long seed) {
    return design.share() ? seed : Long.parseUnsignedLong(Hash.of("seed", Long.toString(seed), arm).substring(0, 15), 16);
  }
}
