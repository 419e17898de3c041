package org.vulpes.study;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.vulpes.corpus.TokenStore;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;
import org.vulpes.training.Durable;
import org.vulpes.training.Outcome;
import org.vulpes.training.RunListener;
import org.vulpes.training.RunOrder;
import org.vulpes.training.TrainingRun;

/**
 * Trains the trials that are missing, as many side by side as the plan says. Seed by seed, all arms of a seed together, so that a study that is
 * stopped early has whole pairs.
 */
final class Trials {
  private final StudyPlan plan;
  private final Map<String, TokenStore> stores;
  private final Catalogue catalogue;
  private final Swaps swaps;
  private final Path folder;
  private final StudyListener listener;
  private final Results results;

  Trials(StudyPlan plan, Map<String, TokenStore> stores, Catalogue catalogue, Swaps swaps, Path folder, StudyListener listener) {
    this.plan = plan;
    this.stores = stores;
    this.catalogue = catalogue;
    this.swaps = swaps;
    this.folder = folder;
    this.listener = listener;
    results = new Results(folder);
  }

  private record Trial(Arm arm, long seed) {}

  /** @param done trials that ended before; failed ones are tried again @throws InvalidInput when the disk is full, a checkpoint damaged, …: the others stop at their next step */
  void run(List<TrialResult> done, BooleanSupplier stop) {
    var queue = new ArrayDeque<Trial>();
    for (long seed : plan.seeds()) {
      for (Arm a : plan.arms()) {
        if (done.stream().noneMatch(r -> r.arm().equals(a.name()) && r.seed() == seed && !r.status().equals("failed"))) queue.add(new Trial(a, seed));
      }
    }
    var trouble = new AtomicReference<RuntimeException>();
    BooleanSupplier halt = () -> stop.getAsBoolean() || trouble.get() != null;
    var workers = new ArrayList<Thread>();
    for (int i = 0; i < Math.min(plan.sideBySide(), queue.size()); i++) {
      workers.add(Thread.ofPlatform().name("trial-worker-" + i).start(() -> {
        while (!halt.getAsBoolean()) {
          Trial next;
          synchronized (queue) {
            next = queue.poll();
          }
          if (next == null) return;
          try {
            train(next, halt);
          } catch (RuntimeException e) {
            trouble.compareAndSet(null, e);
          }
        }
      }));
    }
    for (Thread w : workers) join(w);
    if (trouble.get() != null) throw trouble.get();
  }

  private static void join(Thread worker) {
    boolean interrupted = false;
    while (true) {
      try {
        worker.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void train(Trial trial, BooleanSupplier stop) {
    String arm = trial.arm().name();
    Path place = folder.resolve("trials").resolve(arm + "-s" + trial.seed());
    listener.trialStarted(arm, trial.seed());
    TrialResult result;
    // What nobody compares may be changed by hand while it goes on.
    String planned = plan.trials() == 1 ? "" : "arm '" + arm + "', seed " + trial.seed() + " of the study " + plan.name();
    var order = new RunOrder(Study.threads(trial.arm().config(), plan.threads()), trial.seed(), stores.get(arm), place, planned);
    try (var run = TrainingRun.open(order, catalogue, swaps, watch(trial))) {
      Outcome o = run.train(stop);
      if (o.status() == Outcome.Status.STOPPED) return;
      result = new TrialResult(arm, trial.seed(), o.status().name().toLowerCase(Locale.ROOT), o.reason(), trial.arm().hash(), o.bitsPerByte(), o.byDomain(), o.step(),
          o.tokens(), o.bytes(), o.flops(), o.seconds(), o.epochs());
    } catch (InvalidInput e) {
      // A full disk or a damaged checkpoint would strike the other trials too: the person decides.
      throw e;
    } catch (RuntimeException | Error e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      Durable.write(place.resolve("error.txt"), trace.toString());
      result = new TrialResult(arm, trial.seed(), "failed", e.getMessage() == null ? e.toString() : e.getMessage(), trial.arm().hash(), Double.NaN, new TreeMap<>(), 0, 0, 0,
          0, 0, new TreeMap<>());
    }
    results.add(result);
    listener.trialEnded(result);
  }

  private RunListener watch(Trial trial) {
    String arm = trial.arm().name();
    return new RunListener() {
      @Override
      public void step(long step, long tokens, long total, double loss) {
        listener.step(arm, trial.seed(), step, tokens, total, loss);
      }

      @Override
      public void evaluated(long step, BitsPerByte.Result result) {
        listener.evaluated(arm, trial.seed(), step, result);
      }

      @Override
      public void swapped(long step, String what) {
        listener.swapped(arm, trial.seed(), step, what);
      }

      @Override
      public void said(String sentence) {
        listener.said(arm + ", seed " + trial.seed() + ": " + sentence);
      }
    };
  }
}
