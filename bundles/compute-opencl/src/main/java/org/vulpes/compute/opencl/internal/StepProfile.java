package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a training step takes beside the work of its kernels. A step begins where the update before it has ended, and ends with its own: programs, transfers, and whatever the host does in between.
 * Steps in which something else is done (an evaluation, a checkpoint) are few, so medians pass over them.
 */
final class StepProfile {
  /** The program with which a step ends. */
  private static final String LAST = "apply";

  /** In nanoseconds. @param kernels the device's work on kernels @param programs from the first launch of each program to the last that is done */
  private record Times(long wall, long kernels, long programs) {}

  private final List<Times> steps = new ArrayList<>();
  private long began = -1;
  private long kernels;
  private long programs;
  private long own;

  /**
   * A program has run.
   *
   * @param from and to: by {@link System#nanoTime}, without what the profile itself took
   * @param work of its kernels
   * @param reading what the profile took behind it
   */
  void ran(String program, long from, long to, long work, long reading) {
    kernels += work;
    programs += to - from;
    if (!program.equals(LAST)) {
      own += reading;
      return;
    }
    if (began >= 0) steps.add(new Times(to - began - own, kernels, programs));
    began = to + reading;
    kernels = 0;
    programs = 0;
    own = 0;
  }

  /** Empty before there were two updates. */
  String line(String device) {
    if (steps.isEmpty()) return "";
    double wall = median(t -> t.wall * 1e-6), ratio = median(t -> (double) t.wall / t.kernels);
    return String.format(Locale.ROOT, "a step on %s: %.2f ms, kernels %.2f ms, ratio %.3f; %.2f ms between kernels, %.2f ms between programs (medians of %d steps)%n", device, wall,
        median(t -> t.kernels * 1e-6), ratio, median(t -> (t.programs - t.kernels) * 1e-6), median(t -> (t.wall - t.programs) * 1e-6), steps.size());
  }

  private double median(ToDoubleFunction<Times> of) {
    double[] all = steps.stream().mapToDouble(of).toArray();
    Arrays.sort(all);
    return (all[(all.length - 1) / 2] + all[all.length / 2]) / 2;
  }
}
