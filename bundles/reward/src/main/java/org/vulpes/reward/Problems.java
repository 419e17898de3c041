package org.vulpes.reward;

/**
 * A source of problems (slot {@code problems}, {@code Plugin<Problems>}), with some held out: a problem that is held out is never given for training. Every problem
 * is a function of the options and its index, so that a resumed run meets the same ones.
 */
public interface Problems {
  /** @param index 0 or more; sources that are finite begin again, in another order */
  Problem training(long index);

  /** How many are held out. */
  int heldOut();

  /** @param index below {@link #heldOut} */
  Problem heldOut(int index);
}
