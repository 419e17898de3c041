package org.vulpes.launcher;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The house, started once, running one command line after another: what a test of answers wants, as starting takes longer than answering. Reads the
 * arguments (their number, then each as UTF) from standard input, and ends each command's output with {@link #END} and the exit code on both streams.
 */
public final class Served {
  /** A character that no command prints. */
  public static final char END = '\u0004';

  private Served() {}

  public static void main(String[] none) throws IOException {
    Path home = Path.of(System.getProperty("vulpes.home"));
    try (var cache = Cache.open(home); var house = House.open(home, cache.folder()); var in = new DataInputStream(System.in)) {
      var command = house.command();
      while (true) {
        var arguments = new String[in.readInt()];
        for (int i = 0; i < arguments.length; i++) arguments[i] = in.readUTF();
        String end = END + Integer.toString(command.applyAsInt(arguments)) + "\n";
        System.out.print(end);
        System.out.flush();
        System.err.print(end);
        System.err.flush();
      }
    } catch (EOFException noMoreCommands) {
      // the tests have ended
    }
    System.exit(0);
  }
}
