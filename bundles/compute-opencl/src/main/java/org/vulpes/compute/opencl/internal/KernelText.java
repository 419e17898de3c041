package org.vulpes.compute.opencl.internal;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A bundle of kernels as it stands in its {@code kernels.conf} and its {@code .cl} files: which operations it computes, with which launches of which kernels. Holds
 * text and numbers only, so it outlives the bundle it came from.
 *
 * @param rank where several bundles could compute a call, the one of the highest rank does
 * @param fallsBack true: calls of a family that this bundle was chosen for, but has no fitting entry for, go to the others; false: they are refused
 * @param precisions that its products have
 * @param probe a program that must build for the bundle to be usable; null: none
 */
record KernelText(String name, int rank, boolean fallsBack, List<Precision> precisions, List<Requirement> requires, Probe probe, List<Entry> entries) {

  /** Why it cannot work on a device, without a full stop; null when it can. The probe is built only where the conditions hold. */
  String refusal(ClFacts facts) {
    for (Requirement r : requires) {
      if (!r.that().holds(Task.of(facts))) return r.otherwise();
    }
    if (probe == null) return null;
    try (var context = new ClContext(facts)) {
      Planned.Source source = Launches.source(probe.program(), Task.of(facts));
      context.releaseProgram(context.build(source.text(), source.options()));
      return null;
    } catch (BuildFailure e) {
      return probe.otherwise() + " (" + e.log().lines().filter(l -> !l.isBlank()).findFirst().orElse("its compiler does not say why") + ")";
    }
  }

  /** A condition on the device, and the sentence that refuses a device without it. */
  record Requirement(Expression that, String otherwise) {}

  record Probe(ProgramText program, String otherwise) {}

  /** One OpenCL program. @param define values of macros, by name */
  record ProgramText(String name, String source, String options, Map<String, Expression> define) {
    /** Without the source, whose words are not those of expressions. */
    @Override
    public String toString() {
      return name + " " + options + " " + define;
    }
  }

  /** A parameter that may be tuned. */
  record Tune(List<Long> values, long standard) {}

  /** What is done, in order. */
  sealed interface Command permits Launch, Repeat {}

  /** @param place in the file, for messages: two that do the same are equal wherever they stand */
  record Launch(ProgramText program, String kernel, List<Argument> arguments, List<Expression> global, List<Expression> local, String place) implements Command {
    @Override
    public boolean equals(Object other) {
      return other instanceof Launch l && l.program.equals(program) && l.kernel.equals(kernel) && l.arguments.equals(arguments) && l.global.equals(global) && l.local.equals(local);
    }

    @Override
    public int hashCode() {
      return kernel.hashCode() * 31 + arguments.hashCode();
    }
  }

  /** Commands that are done several times, with {@code i} = 0, 1, …; none where the condition does not hold. @param when null: always @param times null: once, without an {@code i} */
  record Repeat(Expression when, Expression times, List<Command> commands) implements Command {}

  sealed interface Argument permits Memory, Scalar, Local {}

  /** @param index of a variadic operand; null for others */
  record Memory(String name, Expression index) implements Argument {}

  record Scalar(Kind kind, Expression value) implements Argument {}

  enum Kind { INT, LONG, FLOAT }

  record Local(Expression bytes) implements Argument {}

  /** How an operand may lie in memory. {@code bytes} may be more than rows take. @param rounds it keeps less than fp32 does: nothing that the caller owns lies so */
  record Layout(String name, Expression bytes, boolean rounds, Launch fromRows, Launch toRows) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** {@code y, inverse = rms-norm(x, weight)}. @param variadic the last input stands for all that follow */
  record Statement(List<String> results, String kernel, List<String> inputs, boolean variadic) {}

  /** Memory of one call. */
  record Scratch(String name, Expression bytes) {}

  /** A copy of an operand in a form of the entry's own. */
  record Packed(String name, String of, Expression bytes, List<Command> commands) {}

  /**
   * How to compute one call, or several at once.
   *
   * @param when null: always
   * @param let names for values, which may use each other
   * @param layouts of operands that are not rows
   * @param alike operands whose layout is arbitrary, but the same
   * @param asIs operands that are taken however they lie: what the entry does with them depends on neither rows nor columns, and padding is zero
   * @param unwritten results of earlier statements that are not written
   * @param inPlace result → operand whose memory it takes over
   */
  record Entry(String bundle, int number, List<Statement> match, Expression when, Map<String, Expression> let, Map<String, Tune> tune, Map<String, Layout> layouts, List<String> alike,
      List<String> asIs, List<String> unwritten, Map<String, String> inPlace, List<Scratch> scratch, List<Packed> packed, List<Command> commands, String place) {

    boolean fused() {
      return match.size() > 1;
    }

    /** Whether launches may change what the name stands for; everything else they only read. */
    boolean writes(String name) {
      return match.stream().anyMatch(s -> s.results().contains(name)) || scratch.stream().anyMatch(s -> s.name().equals(name)) || packed.stream().anyMatch(p -> p.name().equals(name));
    }

    /** Parameters that this entry's expressions name, in alphabetical order. */
    List<String> tuned() {
      String all = when + " " + let + " " + scratch + " " + packed + " " + commands;
      return tune.keySet().stream().filter(t -> Pattern.compile("\\b" + t + "\\b").matcher(all).find()).sorted().toList();
    }

    /** For profiles and messages: {@code cpu: matmul}. */
    String describe() {
      return bundle + ": " + String.join(" + ", match.stream().map(Statement::kernel).toList());
    }
  }
}
