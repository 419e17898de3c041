package org.vulpes.runtime;

import org.vulpes.slot.InvalidInput;

/** A plugin's failure in words. The exception itself is never kept: its class would keep the plugin's class loader in memory. */
final class Reason {
  private Reason() {}

  static String of(Throwable e) {
    if (e instanceof InvalidInput) return e.getMessage();
    String name = e.getClass().getSimpleName();
    return e.getMessage() == null || e.getMessage().isBlank() ? name : name + ": " + e.getMessage().lines().findFirst().orElse("").strip();
  }

  /** Ends with a full stop or a question mark, once. */
  static String sentence(String s) {
    return s.endsWith(".") || s.endsWith("?") ? s : s + ".";
  }
}
