package org.vulpes.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.vulpes.cli.machine.FmaPeak;
import org.vulpes.cli.machine.Machine;

/** Runs what JMH's options ask for and prints every kernel beside its floor: FLOPs over the FMA peak or bytes over the bandwidth, whichever takes longer. */
public final class Main {
  private static final double PEAK_SECONDS = 2;
  /** Far beyond any cache. */
  private static final int COPIED_FLOATS = 32 << 20;
  private static final int COPIES = 30;

  private Main() {}

  public static void main(String[] args) throws CommandLineOptionException, RunnerException, IOException {
    var options = new CommandLineOptions(args);
    var runner = new Runner(options);
    if (options.shouldHelp()) {
      options.showHelp();
      return;
    }
    if (options.shouldList()) {
      runner.list();
      return;
    }
    int threads = Runtime.getRuntime().availableProcessors();
    double peak = FmaPeak.measure(threads, PEAK_SECONDS);
    double bandwidth = bandwidth(threads);
    Collection<RunResult> results = runner.run();
    System.out.printf(Locale.ROOT, "%n%s, %d threads: fused multiply-adds %.0f GFLOP/s, copying %.1f GB/s; what fits into a cache may pass its floor%n%n",
        Machine.here().processor(), threads, peak * 1e-9, bandwidth * 1e-9);
    System.out.printf(Locale.ROOT, "%10s %10s %8s %10s  %s%n", "µs", "GFLOP/s", "GB/s", "of floor", "kernel");
    for (RunResult r : results) {
      double flops = r.getSecondaryResults().get("flops").getScore();
      double bytes = r.getSecondaryResults().get("bytes").getScore();
      var what = new StringBuilder(r.getParams().getBenchmark().replace("org.vulpes.benchmarks.", ""));
      for (String key : r.getParams().getParamsKeys()) what.append(' ').append(key).append('=').append(r.getParams().getParam(key));
      System.out.printf(Locale.ROOT, "%10.1f %10.1f %8.1f %8.0f %%  %s%n", 1e6 / r.getPrimaryResult().getScore(), flops * 1e-9, bytes * 1e-9,
          100 * Math.max(flops / peak, bytes / bandwidth), what);
    }
  }

  /** Bytes a second, read and written, of copying memory with every thread; the best of some. */
  private static double bandwidth(int threads) {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      double best = 0;
      var from = new float[threads][COPIED_FLOATS / threads];
      var to = new float[threads][COPIED_FLOATS / threads];
      for (int i = 0; i < COPIES; i++) {
        long begin = System.nanoTime();
        var parts = new ArrayList<Future<?>>();
        for (int t = 0; t < threads; t++) {
          int part = t;
          parts.add(pool.submit(() -> System.arraycopy(from[part], 0, to[part], 0, to[part].length)));
        }
        for (var p : parts) p.get();
        best = Math.max(best, 2.0 * Float.BYTES * COPIED_FLOATS / (System.nanoTime() - begin) * 1e9);
      }
      return best;
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException("the bandwidth could not be measured", e);
    }
  }
}
