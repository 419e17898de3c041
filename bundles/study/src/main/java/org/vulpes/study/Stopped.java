package org.vulpes.study;

/** The person asked to stop before anything had trained. What was finished by then (a tokenizer, a corpus) is in the cache; the same command goes on from there. */
public final class Stopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  Stopped() {
    this("Stopped before anything was trained; the same command goes on from here.");
  }

  public Stopped(String message) {
    super(message, null, false, false);
  }
}
