package org.vulpes.compute.opencl.internal;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vulpes.slot.InvalidInput;

/** Programs that are built, each once however many executables use it; some that nobody uses any more are kept, as kernels are swapped to and fro. */
final class Programs implements AutoCloseable {
  private static final int IDLE = 64;
  /** So many lines of a compiler's log say what is wrong. */
  private static final int LINES = 12;
  private static final Pattern PLACE = Pattern.compile("(?:\"?)([\\w./-]+\\.cl)\"?:(\\d+)(?::\\d+)?:\\s*(?:fatal )?error:?\\s*(.*)");

  private static final class Built {
    final long handle;
    int users;
    /** When it was left by its last user. */
    long left;

    Built(long handle) {
      this.handle = handle;
    }
  }

  private final ClContext context;
  private final BinaryCache binaries;
  private final Map<Planned.Source, Built> built = new HashMap<>();
  private long clock;

  Programs(ClContext context, BinaryCache binaries) {
    this.context = context;
    this.binaries = binaries;
  }

  /**
   * A kernel of a program, which is built when it is first asked for. Given back by {@link #release}.
   *
   * @throws InvalidInput with the compiler's log when the program does not build, or has no such kernel
   */
  long kernel(Planned p) {
    Built b = built.computeIfAbsent(p.program(), s -> new Built(build(s, p.what())));
    try {
      long kernel = context.kernel(b.handle, p.kernel());
      b.users++;
      return kernel;
    } catch (ClFailure e) {
      if (b.users == 0) drop(p.program());
      if (e.code() != -46) throw e;
      throw new InvalidInput(p.place() + "program '" + p.program().name() + "' of " + p.what() + " has no kernel '" + p.kernel() + "'.", e);
    }
  }

  /** The handle of a program of which a kernel was asked for. */
  long program(Planned p) {
    return built.get(p.program()).handle;
  }

  void release(Planned p, long kernel) {
    context.releaseKernel(kernel);
    Built b = built.get(p.program());
    if (--b.users > 0) return;
    b.left = ++clock;
    var idle = built.entrySet().stream().filter(e -> e.getValue().users == 0).sorted(Comparator.comparingLong(e -> e.getValue().left)).map(Map.Entry::getKey).toList();
    for (int i = 0; i < idle.size() - IDLE; i++) drop(idle.get(i));
  }

  @Override
  public void close() {
    List.copyOf(built.keySet()).forEach(this::drop);
  }

  private void drop(Planned.Source s) {
    context.releaseProgram(built.remove(s).handle);
  }

  private long build(Planned.Source s, String what) {
    byte[] kept = binaries.get(context.facts, s);
    long program = kept == null ? 0 : context.load(kept, s.options());
    if (program != 0) return program;
    try {
      program = context.build(s.text(), s.options());
    } catch (BuildFailure e) {
      throw new InvalidInput("Program '" + s.name() + "' of " + what + " does not build on " + context.facts.describe() + (s.options().isBlank() ? "" : " with " + s.options()) + ": " + message(e.log()), e);
    }
    binaries.put(context.facts, s, context.binary(program));
    return program;
  }

  /** The first error with its file and line, then what the compiler wrote. */
  static String message(String log) {
    List<String> lines = log.lines().filter(l -> !l.isBlank()).toList();
    if (lines.isEmpty()) return "the compiler does not say why.";
    String first = "";
    for (String l : lines) {
      Matcher m = PLACE.matcher(l);
      if (first.isEmpty() && m.find()) first = m.group(1) + ":" + m.group(2) + ": " + m.group(3) + "\n";
    }
    return first + String.join("\n", lines.subList(0, Math.min(LINES, lines.size()))) + (lines.size() > LINES ? "\n… (" + (lines.size() - LINES) + " more lines)" : "");
  }
}
