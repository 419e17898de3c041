package org.vulpes.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.shell.Forks;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;
import org.vulpes.study.StudyListener;
import org.vulpes.training.Outcome;
import org.vulpes.training.RunListener;

/** Forks that a person asks for at the prompt: each trains on a thread of its own, beside whatever is going, until it has ended or the shell is left. */
final class ShellForks implements Forks, AutoCloseable {
  private final VulpesCommand.Session session;
  private final Consumer<String> told;
  private final Map<Path, Thread> going = new ConcurrentHashMap<>();
  private volatile boolean left;

  /** @param told of what happens in forks, while a person may be typing */
  ShellForks(VulpesCommand.Session session, Consumer<String> told) {
    this.session = session;
    this.told = told;
  }

  @Override
  public String fork(RunControl run, long step, List<String> set, String name) {
    BooleanSupplier stop = () -> left || session.stop().getAsBoolean();
    Sibling sibling = Sibling.of(run.folder(), step, set, name, session.catalogue(), new StudyListener() {
      @Override
      public void said(String sentence) {
        told.accept(sentence);
      }
    }, stop);
    String folder = sibling.folder().getFileName().toString();
    Thread here = Thread.ofPlatform().daemon().name("fork-" + folder).unstarted(() -> train(sibling, folder, stop));
    if (going.putIfAbsent(sibling.folder(), here) != null) throw new InvalidInput(folder + " is going already; choose it: run " + folder);
    here.start();
    return folder + " " + (sibling.told().isEmpty() ? "goes on" : sibling.told());
  }

  private void train(Sibling sibling, String name, BooleanSupplier stop) {
    try {
      Outcome o = sibling.train(session.swaps(), new RunListener() {
        @Override
        public void evaluated(long step, BitsPerByte.Result result) {
          told.accept(String.format(Locale.ROOT, "%s: step %,d, %.4f bits per byte", name, step, result.mean()));
        }

        @Override
        public void said(String sentence) {
          told.accept(name + ": " + sentence);
        }
      }, stop);
      if (o.status() != Outcome.Status.STOPPED) told.accept(name + ": " + o.status().name().toLowerCase(Locale.ROOT) + (o.reason().isEmpty() ? "" : ". " + o.reason()));
    } catch (RuntimeException e) {
      told.accept(name + ": failed: " + (e.getMessage() == null ? e : e.getMessage()));
    } finally {
      going.remove(sibling.folder());
    }
  }

  @Override
  public List<String> of(RunControl run) {
    return Sibling.all(run.folder());
  }

  /** Stops them all; each leaves a checkpoint from which the same command goes on. */
  @Override
  public void close() {
    left = true;
    for (Thread t : new ArrayList<>(going.values())) {
      try {
        t.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
