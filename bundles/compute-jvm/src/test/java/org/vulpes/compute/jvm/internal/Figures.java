package org.vulpes.compute.jvm.internal;

import java.util.TreeMap;

/** The worst relative error of every kernel's outputs, printed when a class of tests ends. */
final class Figures {
  private static final TreeMap<String, Double> WORST = new TreeMap<>();

  private Figures() {}

  static synchronized void note(String what, double error) {
    WORST.merge(what, error, Math::max);
  }

  static synchronized void print() {
    WORST.forEach((k, v) -> System.out.printf("  %-34s %.1e%n", k, v));
    WORST.clear();
  }
}
