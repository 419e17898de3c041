package org.vulpes.training;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Position;
import org.vulpes.slot.Swaps;

/**
 * Trains a run from phase to phase: where its configuration changes, it stops between two steps, its checkpoint becomes one of the next configuration ({@link Succession}), and it goes on from there.
 * On its way it leaves checkpoints at which other runs begin that are the same up to there.
 */
public final class PhasedRun {
  /** Folder of the checkpoints for others, by the token at which they were left. */
  private static final String BRANCHES = "branches";
  /** The configuration with which a run began that has changed since. */
  static final String BEGUN = "begun.conf";

  private final RunOrder order;
  private final Texts texts;
  private final Catalogue catalogue;
  private final Swaps swaps;
  private final RunListener listener;
  private final List<Phase> phases;

  /**
   * @param order with the configuration of the first phase, which names the changes, and its corpus
   * @param texts asked only for another tokenizer than that of the first phase
   */
  public PhasedRun(RunOrder order, Texts texts, Catalogue catalogue, Swaps swaps, RunListener listener) {
    this.order = order;
    this.texts = texts;
    this.catalogue = catalogue;
    this.swaps = swaps;
    this.listener = listener;
    phases = Phase.of(order.config(), catalogue.reference());
  }

  /** Where a run that passes this token leaves its checkpoint for others. */
  public static Path branch(Path run, long token) {
    return run.resolve(BRANCHES).resolve(Long.toString(token));
  }

  /** Takes away the checkpoints for others, once nobody begins there any more. */
  public static void forgetBranches(Path run) {
    Durable.discard(run.resolve(BRANCHES));
  }

  /**
   * Trains until the budget is spent, the run diverges or {@code stop} says so; resumes in the phase in which it was.
   *
   * @param waypoints tokens, each at the end of a step, at which a checkpoint is left for others; those that lie behind the run are passed over
   */
  public Outcome train(SortedSet<Long> waypoints, BooleanSupplier stop) {
    int phase = current();
    while (true) {
      var ahead = new TreeSet<>(waypoints);
      ahead.removeIf(token -> Files.isDirectory(branch(order.folder(), token)));
      Phase next = phase + 1 < phases.size() ? phases.get(phase + 1) : null;
      boolean changes;
      RunOrder now = order(phase);
      try (var run = TrainingRun.open(now, texts, catalogue, swaps, listener)) {
        ahead.removeIf(token -> token < run.position().tokens());
        while (true) {
          Outcome outcome = run.train(stop, at -> next != null && next.from().reached(at) || !ahead.isEmpty() && ahead.first() <= at.tokens());
          if (outcome.status() != Outcome.Status.PAUSED) return outcome;
          Position at = run.position();
          while (!ahead.isEmpty() && ahead.first() <= at.tokens()) leave(ahead.pollFirst(), at);
          changes = next != null && next.from().reached(at);
          if (changes) break;
        }
      }
      phase = change(phase, now);
    }
  }

  private RunOrder order(int phase) {
    Config config = phases.get(phase).config();
    boolean sameText = config.getValue("tokenizer").equals(order.config().getValue("tokenizer"));
    return new RunOrder(config, order.seed(), sameText ? order.store() : texts.of(config, catalogue), order.folder(), order.planned());
  }

  /** The run as it is in the step that ends at this token: what changes there has not changed yet. */
  public RunOrder orderBefore(long token) {
    var lessons = Lessons.of(order.config(), catalogue);
    int phase = 0;
    while (phase + 1 < phases.size() && Lessons.token(lessons, phases.get(phase + 1).from(), order.config()) < token) phase++;
    return order(phase);
  }

  private String hash(RunOrder order) {
    return order.hash(Initial.identity(order.config(), catalogue));
  }

  /** The phase to which the newest checkpoint belongs. */
  private int current() {
    if (phases.size() == 1) return 0;
    Path begun = order.folder().resolve(BEGUN);
    Durable.write(begun, RunConfig.render(order.config()));
    var newest = new Checkpoints(order.folder().resolve("checkpoints"), Integer.MAX_VALUE).newest();
    if (newest == null) return 0;
    for (int i = phases.size() - 1; i >= 0; i--) if (hash(order(i)).equals(newest.state().configHash())) return i;
    // Of another run: opening it says so.
    return 0;
  }

  private int change(int phase, RunOrder before) {
    Phase next = phases.get(phase + 1);
    RunOrder after = order(phase + 1);
    Succession.Done done;
    try {
      done = new Succession(new Checkpoints(order.folder().resolve("checkpoints"), Integer.MAX_VALUE).newest(), before.config(), before.store(), after, texts, catalogue).write(d -> {
        var line = new TreeMap<String, Object>(d.line());
        line.putAll(Map.of("event", d.words().isEmpty() ? "change" : "surgery", "step", d.step(), "change", next.words(), "config", hash(after), "reason", "changes at " + next.from()));
        RunFiles.append(order.folder(), line);
      });
    } catch (InvalidInput e) {
      throw new InvalidInput(next.place() + "the change at " + next.from() + " cannot be made: " + e.getMessage(), e);
    }
    listener.said("after step " + done.step() + ": " + next.words() + "; " + done.told());
    return phase + 1;
  }

  /** Copies the checkpoint that was just left to where others look for it. */
  private void leave(long token, Position at) {
    Path to = branch(order.folder(), token);
    copy(order.folder().resolve("checkpoints").resolve(Long.toString(at.step())), to);
  }

  /** A whole checkpoint under another name, or nothing. */
  static void copy(Path checkpoint, Path to) {
    Path temporary = to.resolveSibling(".tmp-" + to.getFileName());
    try {
      Durable.discard(temporary);
      Files.createDirectories(temporary);
      var files = new ArrayList<Path>();
      try (var all = Files.list(checkpoint)) {
        all.forEach(files::add);
      }
      for (Path f : files) {
        Files.copy(f, temporary.resolve(f.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        Durable.force(temporary.resolve(f.getFileName()));
      }
      Durable.force(temporary);
      Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
      Durable.force(to.getParent());
    } catch (IOException e) {
      Durable.discard(temporary);
      throw Durable.failure(to, e);
    }
  }
}
