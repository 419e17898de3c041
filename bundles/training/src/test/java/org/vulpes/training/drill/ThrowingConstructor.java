package org.vulpes.training.drill;

/** Cannot be made. Starting its bundle succeeds all the same. */
public final class ThrowingConstructor extends CountingCurriculum {
  public ThrowingConstructor() {
    throw new IllegalStateException("no luck today");
  }
}
