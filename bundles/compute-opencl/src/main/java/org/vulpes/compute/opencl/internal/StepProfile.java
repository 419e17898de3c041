package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a training step takes beside the work of its kernels. A step begins where the update before it has ended, and ends with its own: programs, transfers, and whatever the host does in between. Steps
 * take turns: in one, launches go one after the other and the driver notes when each begins and ends; the next runs as without a profile. Steps in which something else is done (an evaluation, a
 * checkpoint) are few, so medians pass over them.
 */
final class StepProfile {
  /** The program with which a step ends. */
  private static final String LAST = "apply";

  /** In nanoseconds, of steps whose launches were noted. */
  private final List<Long> kernels = new ArrayList<>();
  /** In nanoseconds, of the others: the whole of them, and of that what is outside of programs. */
  private final List<Long> whole = new ArrayList<>();
  private final List<Long> between = new ArrayList<>();
  private boolean noting = true;
  private long began = -1;
  private long work;
  private long inPrograms;

  /** Whether the launches of this step are to be noted one by one. */
  boolean noting() {
    return noting;
  }

  /** A program of a step that is noted has run. @param nanos of its kernels */
  void noted(String program, long nanos) {
    work += nanos;
    if (!program.equals(LAST)) return;
    kernels.add(work);
    next();
    // What the profile itself does with what it has noted is no part of the step that follows.
    began = System.nanoTime();
  }

  /** A program of another step has run. @param from before its first launch, by {@link System#nanoTime} @param to after the last was done */
  void ran(String program, long from, long to) {
    inPrograms += to - from;
    if (!program.equals(LAST)) return;
    whole.add(to - began);
    between.add(to - began - inPrograms);
    next();
  }

  private void next() {
    noting = !noting;
    work = 0;
    inPrograms = 0;
  }

  /** Empty before there were two updates. */
  String line(String device) {
    if (whole.isEmpty()) return "";
    double wall = median(whole), sum = median(kernels);
    return String.format(Locale.ROOT, "a step on %s: %.2f ms, %.3f times the %.2f ms of its kernels one after the other; %.2f ms of it between programs (medians of %d steps, and of %d noted kernel by kernel)%n",
        device, wall, wall / sum, sum, median(between), whole.size(), kernels.size());
  }

  private static double median(List<Long> nanos) {
    long[] all = nanos.stream().mapToLong(n -> n).sorted().toArray();
    return (all[(all.length - 1) / 2] + all[all.length / 2]) / 2e6;
  }
}
