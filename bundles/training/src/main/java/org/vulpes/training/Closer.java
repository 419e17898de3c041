package org.vulpes.training;

import java.util.ArrayDeque;

/** Closes what it was given, last first; what was given twice, once. */
final class Closer implements AutoCloseable {
  private final ArrayDeque<AutoCloseable> open = new ArrayDeque<>();

  <T extends AutoCloseable> T add(T resource) {
    open.remove(resource);
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    RuntimeException first = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        if (first == null) first = e instanceof RuntimeException r ? r : new IllegalStateException(e);
      }
    }
    if (first != null) throw first;
  }
}
