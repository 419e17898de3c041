package org.vulpes.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.vulpes.slot.InvalidInput;

/**
 * Several rewards, weighted, and what they may do wrong contained: one that throws, hangs or gives what is no number spoils its sample and nothing else. A
 * spoiled sample has the total NaN and is counted.
 */
public final class Panel {
  /** After so many calls that hang the run is stopped: each keeps a thread that cannot be ended. */
  private static final int MOST_HANGS = 3;

  /** @param weight of the reward in the total */
  public record Judge(String name, double weight, Reward reward) {}

  /**
   * @param totals weighted sums, NaN where a judge failed
   * @param parts each judge's own scores
   * @param contained failures by their first words: "throws IllegalStateException", "hangs", "NaN"
   */
  public record Verdicts(double[] totals, SortedMap<String, double[]> parts, SortedMap<String, Integer> contained) {}

  private final List<Judge> judges;
  private final double deadlineSeconds;
  private final SortedMap<String, Integer> failures = new TreeMap<>();
  private int hangs;

  /** @param deadlineSeconds that a judge may take for one call */
  public Panel(List<Judge> judges, double deadlineSeconds) {
    if (judges.isEmpty()) throw new InvalidInput("There are no rewards; name at least one.");
    this.judges = List.copyOf(judges);
    this.deadlineSeconds = deadlineSeconds;
  }

  public Verdicts score(List<Sample> samples) {
    failures.clear();
    var totals = new double[samples.size()];
    var parts = new TreeMap<String, double[]>();
    for (Judge j : judges) {
      double[] scores = scores(j, samples);
      parts.put(j.name, scores);
      for (int i = 0; i < totals.length; i++) totals[i] += j.weight * scores[i];
    }
    return new Verdicts(totals, parts, new TreeMap<>(failures));
  }

  /** All at once; where that fails, one by one, to find the samples at fault. */
  private double[] scores(Judge judge, List<Sample> samples) {
    double[] all = attempt(judge, samples, samples.size() > 1);
    if (all != null) return all;
    var out = new double[samples.size()];
    for (int i = 0; i < out.length; i++) {
      double[] one = attempt(judge, List.of(samples.get(i)), false);
      out[i] = one == null ? Double.NaN : one[0];
    }
    return out;
  }

  /** @param again whether the samples will be judged one by one if this fails, and failures counted then; a call that hangs is not tried again */
  private double[] attempt(Judge judge, List<Sample> samples, boolean again) {
    var call = new FutureTask<>(() -> judge.reward.score(samples));
    var thread = Thread.ofPlatform().daemon().name("vulpes-reward-" + judge.name).inheritInheritableThreadLocals(false).unstarted(call);
    thread.setContextClassLoader(null);
    thread.start();
    double[] scores;
    try {
      scores = call.get((long) (deadlineSeconds * 1e9), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      failed(judge, "hangs", samples.size());
      if (++hangs >= MOST_HANGS) {
        throw new InvalidInput("Reward '" + judge.name + "' took longer than " + deadlineSeconds + " s " + hangs + " times; give it more time (reward-deadline-seconds), or mend it.");
      }
      var lost = new double[samples.size()];
      Arrays.fill(lost, Double.NaN);
      return lost;
    } catch (ExecutionException e) {
      if (!again) failed(judge, "throws " + e.getCause().getClass().getSimpleName(), samples.size());
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a reward was asked", e);
    }
    if (scores == null || scores.length != samples.size()) {
      if (!again) failed(judge, "gives " + (scores == null ? "nothing" : scores.length + " scores") + " for " + samples.size(), samples.size());
      return null;
    }
    double[] out = scores.clone();
    for (int i = 0; i < out.length; i++) {
      if (Double.isFinite(out[i])) continue;
      failed(judge, Double.isNaN(out[i]) ? "gives NaN" : "gives an infinite number", 1);
      out[i] = Double.NaN;
    }
    return out;
  }

  private void failed(Judge judge, String how, int samples) {
    failures.merge(judge.name + " " + how, samples, Integer::sum);
  }

  /** The judges' names, in order. */
  public List<String> names() {
    var out = new ArrayList<String>();
    judges.forEach(j -> out.add(j.name));
    return out;
  }
}
