package org.vulpes.corpus.internal;

/** What a stored id is besides its token, in bits above the largest id. */
public final class Marks {
  /** Seen, but not learned: a question, a template's frame. */
  public static final int CONTEXT = 1 << 31;
  /** The first id of a further row of the same example. */
  public static final int ROW = 1 << 30;
  /** The first id of a row that is the worse one of its pair, or that is labelled bad. */
  public static final int WORSE = 1 << 29;
  public static final int ID = WORSE - 1;

  private Marks() {}
}
