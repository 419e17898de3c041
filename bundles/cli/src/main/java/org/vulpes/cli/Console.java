package org.vulpes.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where commands print: results to standard output, everything else to standard error; colours only on a terminal. */
final class Console {
  final PrintStream out;
  final PrintStream err;
  final boolean terminal;
  private final boolean colour;

  Console() {
    out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);
    err = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);
    // The start script looks: the JVM cannot tell whether standard error is a terminal.
    terminal = Boolean.getBoolean("vulpes.terminal");
    colour = terminal && System.getenv("NO_COLOR") == null;
  }

  PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true);
  }

  boolean colour() {
    return colour;
  }

  /** A sentence about what went wrong. */
  void wrong(String sentence) {
    err.println(paint("31;1", "vulpes: ") + sentence);
  }

  /** A sentence about what goes on. */
  void say(String sentence) {
    err.println(paint("2", sentence));
  }

  /** A heading among results. */
  String strong(String text) {
    return System.console() != null && System.console().isTerminal() && colour ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  private String paint(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
