package org.vulpes.cli;

/** One line of {@code vulpes doctor}. @param sentence what is usable, or why not and what to do */
record Finding(State state, String what, String sentence) {
  enum State {
    USABLE("ok"), UNUSABLE("no"), BROKEN("BAD");

    final String shown;

    State(String shown) {
      this.shown = shown;
    }
  }

  static Finding usable(String what, String sentence) {
    return new Finding(State.USABLE, what, sentence);
  }

  /** Vulpes works without it. */
  static Finding unusable(String what, String sentence) {
    return new Finding(State.UNUSABLE, what, sentence);
  }

  /** Vulpes does not work like this. */
  static Finding broken(String what, String sentence) {
    return new Finding(State.BROKEN, what, sentence);
  }

  @Override
  public String toString() {
    return String.format("%-4s %-10s %s", state.shown, what, sentence);
  }
}
