package org.vulpes.study;

import com.typesafe.config.Config;
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
 * Trains the trials that are missing, as many side by side as the plan says, in the order given. A study gives them seed by seed, all arms of a
 * seed together, so that one that is stopped early has whole pairs.
 */
final class Trials {
  private final StudyPlan plan;
  private final Map<String, TokenStore> stores;
  private final Catalogue catalogue;
  private final Swaps swaps;
  private final StudyListener listener;

  /** @param stores by arm */
  Trials(StudyPlan plan, Map<String, TokenStore> stores, Catalogue catalogue, Swaps swaps, StudyListener listener) {
    this.plan = plan;
    this.stores = stores;
    this.catalogue = catalogue;
    this.swaps = swaps;
    this.listener = listener;
  }

  /**
   * One trial to be trained.
   *
   * @param seed under which it is listed
   * @param label of the arm, for people
   * @param tokens that it will see
   */
  record Trial(String arm, long seed, String label, Config config, String hash, long tokens, Path place) {
    private boolean isThere(List<TrialResult> done) {
      return done.stream().anyMatch(r -> r.arm().equals(arm) && r.seed() == seed && r.config().equals(hash) && !r.status().equals("failed"));
    }
  }

  /**
   * Trains those of the trials that have not ended; failed ones are tried again.
   *
   * @param what "pilot", "tuning", "trials"
   * @throws InvalidInput when the disk is full, a checkpoint damaged, …: the others stop at their next step
   */
  void run(String what, List<Trial> trials, Results results, BooleanSupplier stop) {
    var done = results.read();
    var queue = new ArrayDeque<>(trials.stream().filter(t -> !t.isThere(done)).toList());
    if (queue.isEmpty()) return;
    long all = trials.stream().mapToLong(Trial::tokens).sum();
    listener.training(what, all, all - queue.stream().mapToLong(Trial::tokens).sum());
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
            train(next, results, halt);
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

  private void train(Trial trial, Results results, BooleanSupplier stop) {
    listener.trialStarted(trial.label(), trial.seed());
    TrialResult result;
    // What nobody compares may be changed by hand while it goes on.
    String planned = plan.trials() == 1 ? "" : "arm '" + trial.arm() + "', seed " + trial.seed() + " of the study " + plan.name();
    long seed = Seeds.of(plan.design(), trial.arm(), trial.seed());
    var order = new RunOrder(Study.threads(trial.config(), plan.threads()), seed, stores.get(trial.arm()), trial.place(), planned);
    try (var run = TrainingRun.open(order, catalogue, swaps, watch(trial))) {
      Outcome o = run.train(stop);
      if (o.status() == Outcome.Status.STOPPED) return;
      result = new TrialResult(trial.arm(), trial.seed(), o.status().name().toLowerCase(Locale.ROOT), o.reason(), trial.hash(), o.bitsPerByte(), o.byDomain(), o.standardError(), o.step(),
          o.tokens(), o.bytes(), o.flops(), o.seconds(), o.memory(), o.epochs());
    } catch (InvalidInput e) {
      // A full disk or a damaged checkpoint would strike the other trials too: the person decides.
      throw e;
    } catch (RuntimeException | Error e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      Durable.write(trial.place().resolve("error.txt"), trace.toString());
      result = new TrialResult(trial.arm(), trial.seed(), "failed", e.getMessage() == null ? e.toString() : e.getMessage(), trial.hash(), Double.NaN, new TreeMap<>(), Double.NaN, 0, 0, 0,
          0, 0, 0, new TreeMap<>());
    }
    results.add(result);
    listener.trialEnded(trial.label(), result);
  }

  private RunListener watch(Trial trial) {
    String arm = trial.label();
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
