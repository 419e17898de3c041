package org.vulpes.study;

import com.typesafe.config.Config;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.vulpes.compute.DeviceLost;
import org.vulpes.corpus.TokenStore;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;
import org.vulpes.training.Durable;
import org.vulpes.training.Fork;
import org.vulpes.training.Outcome;
import org.vulpes.training.PhasedRun;
import org.vulpes.training.RunListener;
import org.vulpes.training.RunOrder;
import org.vulpes.training.Texts;

/**
 * Trains the trials that are missing, as many side by side as the plan says, in the order given. A study gives them seed by seed, all arms of a
 * seed together, so that one that is stopped early has whole pairs.
 */
final class Trials {
  private final StudyPlan plan;
  private final Map<String, TokenStore> stores;
  private final Texts data;
  private final Catalogue catalogue;
  private final Swaps swaps;
  private final StudyListener listener;

  /** @param stores by arm, of the configurations with which they begin @param data the corpus of any other configuration */
  Trials(StudyPlan plan, Map<String, TokenStore> stores, Texts data, Catalogue catalogue, Swaps swaps, StudyListener listener) {
    this.plan = plan;
    this.stores = stores;
    this.data = data;
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
   * @param arms of which those that share their first steps begin at each other's checkpoints; empty: every trial is trained from its beginning
   * @throws InvalidInput when the disk is full, a checkpoint damaged, …: the others stop at their next step
   * @throws DeviceLost when the device is lost in one of them: the others stop too, and none counts as failed
   */
  void run(String what, List<Trial> trials, List<Arm> arms, Results results, BooleanSupplier stop) {
    var done = results.read();
    var missing = trials.stream().filter(t -> !t.isThere(done)).toList();
    if (missing.isEmpty()) return;
    var trunks = new Trunks(arms, trials);
    var queue = new TrialQueue(missing, trunks);
    long all = trials.stream().mapToLong(Trial::tokens).sum();
    listener.training(what, all, all - missing.stream().mapToLong(Trial::tokens).sum());
    var trouble = new AtomicReference<RuntimeException>();
    BooleanSupplier halt = () -> stop.getAsBoolean() || trouble.get() != null;
    var workers = new ArrayList<Thread>();
    for (int i = 0; i < Math.min(plan.sideBySide(), missing.size()); i++) {
      workers.add(Thread.ofPlatform().name("trial-worker-" + i).start(() -> {
        for (Trial next = queue.take(halt); next != null; next = queue.take(halt)) {
          try {
            train(next, trunks, results, halt);
          } catch (RuntimeException e) {
            trouble.compareAndSet(null, e);
          } finally {
            queue.ended(next);
          }
        }
      }));
    }
    for (Thread w : workers) join(w);
    if (trouble.get() != null) throw trouble.get();
    if (!halt.getAsBoolean()) trunks.forget();
  }

  /** Whether a trial in this folder, ended or not, was measured on validation text, so that somebody may have seen how arms compare. */
  static boolean measured(Path folder) {
    if (!Files.isDirectory(folder)) return false;
    try (var trials = Files.list(folder)) {
      for (Path metrics : trials.map(t -> t.resolve("metrics.jsonl")).filter(Files::exists).toList()) {
        try (var lines = Files.lines(metrics)) {
          if (lines.anyMatch(line -> line.contains("\"bits-per-byte\""))) return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  /** Those of the trials that have not ended. */
  List<Trial> missing(List<Trial> trials, Results results) {
    var done = results.read();
    return trials.stream().filter(t -> !t.isThere(done)).toList();
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

  private void train(Trial trial, Trunks trunks, Results results, BooleanSupplier stop) {
    listener.trialStarted(trial.label(), trial.seed());
    TrialResult result;
    // What nobody compares may be changed by hand while it goes on.
    String planned = plan.trials() == 1 ? "" : "arm '" + trial.arm() + "', seed " + trial.seed() + " of the study " + plan.name();
    try {
      var run = phased(trial, planned);
      begin(trial, trunks, run);
      Outcome o = run.train(trunks.waypoints(trial), stop);
      if (o.status() == Outcome.Status.STOPPED) return;
      result = new TrialResult(trial.arm(), trial.seed(), o.status().name().toLowerCase(Locale.ROOT), o.reason(), trial.hash(), o.bitsPerByte(), o.byDomain(), o.standardError(), o.step(),
          o.tokens(), o.bytes(), o.flops(), o.seconds(), o.memory(), o.epochs(), o.measured());
    } catch (InvalidInput e) {
      // A full disk or a damaged checkpoint would strike the other trials too: the person decides.
      throw e;
    } catch (DeviceLost e) {
      // So would a device that is gone.
      throw planned.isEmpty() ? e : new DeviceLost(trial.label() + ", seed " + trial.seed() + ": " + e.getMessage(), e);
    } catch (RuntimeException | Error e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      Durable.write(trial.place().resolve("error.txt"), trace.toString());
      result = new TrialResult(trial.arm(), trial.seed(), "failed", e.getMessage() == null ? e.toString() : e.getMessage(), trial.hash(), Double.NaN, new TreeMap<>(), Double.NaN, 0, 0, 0,
          0, 0, 0, new TreeMap<>(), new TreeMap<>());
    }
    results.add(result);
    listener.trialEnded(trial.label(), result);
  }

  private PhasedRun phased(Trial trial, String planned) {
    long seed = Seeds.of(plan.design(), trial.arm(), trial.seed());
    return new PhasedRun(new RunOrder(Arms.threads(trial.config(), plan.threads()), seed, stores.get(trial.arm()), trial.place(), planned), data, catalogue, swaps, watch(trial));
  }

  /** Lets a trial that has not begun begin where another one was; without that one's checkpoint it begins at its beginning, which gives the same bits. */
  private void begin(Trial trial, Trunks trunks, PhasedRun run) {
    var shared = trunks.of(trial);
    if (shared.isEmpty() || Fork.begun(trial.place())) return;
    Trial trunk = shared.get().trunk();
    long token = shared.get().token();
    if (!Files.isDirectory(PhasedRun.branch(trunk.place(), token))) return;
    RunOrder from = phased(trunk, "").orderBefore(token);
    Fork fork = Fork.branch(trunk.place(), token, from.config(), from.store(), data, catalogue);
    fork.begin(run.orderBefore(token), false);
    listener.said(trial.label() + ", seed " + trial.seed() + ": begins at step " + fork.step() + " of " + trunk.arm() + ", up to which it is the same");
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
