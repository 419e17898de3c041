package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.SwapRequest;
import org.vulpes.slot.Swaps;

/** A run on a thread of its own that goes on until it is told to stop at a step. */
final class Watched implements AutoCloseable {
  final List<String> said = new CopyOnWriteArrayList<>();
  private volatile long step;
  private volatile long until = Long.MAX_VALUE;
  private volatile long rest;
  private final TrainingRun run;
  private final FutureTask<Outcome> training;
  private final ReentrantLock between = new ReentrantLock();
  final RunControl control;

  Watched(Config config, TokenStore store, Catalogue catalogue, Swaps swaps, Path folder, String planned) {
    run = TrainingRun.open(new RunOrder(config, 3, store, folder, planned), (c, plugins) -> new Workshop().store(folder.resolveSibling("texts"), c, plugins), catalogue, swaps, new RunListener() {
      @Override
      public void step(long s, long tokens, long total, double loss) {
        step = s;
      }

      @Override
      public void said(String sentence) {
        said.add(sentence);
      }
    });
    control = swaps.runs().getLast();
    training = new FutureTask<>(() -> {
      try {
        return run.train(() -> {
          between.lock();
          between.unlock();
          if (rest > 0) LockSupport.parkNanos(rest);
          return run.step() >= until;
        });
      } catch (Throwable e) {
        // As whoever trains a run does, on the same thread: a swap that waits must hear that nobody trains any more.
        run.close();
        throw e;
      }
    });
    Thread.ofPlatform().daemon().start(training);
  }

  /** Rests between any two steps, for whoever asks for so many swaps that what is trained meanwhile would fill a disk. */
  void rest(long nanos) {
    rest = nanos;
  }

  /** Waits until the run has done this step. */
  void awaitStep(long wanted) throws Exception {
    while (step < wanted) {
      if (training.isDone()) throw new AssertionError("ended before step " + wanted + ": " + training.get());
      Thread.sleep(1);
    }
  }

  long step() {
    return step;
  }

  /** From here on the loop stands between two steps, until {@link #goOn}: no compiled code of a step is under way, which would keep the classes that it was compiled for. */
  void stand() throws InterruptedException {
    between.lock();
    while (!between.hasQueuedThreads()) Thread.sleep(1);
  }

  void goOn() {
    between.unlock();
  }

  boolean swap(String slot, String use, Consumer<String> told, String... set) {
    return control.swap(new SwapRequest(slot, use, List.of(set), false), told);
  }

  /** What ended the training, when it was an exception. */
  Throwable failure() throws InterruptedException, java.util.concurrent.TimeoutException {
    try {
      throw new AssertionError("ended well: " + training.get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** Stops after this step, or after the next one when that is past. @return the step after which it stopped */
  long stopAt(long wanted) throws InterruptedException, ExecutionException {
    until = wanted;
    try {
      return training.get(120, TimeUnit.SECONDS).step();
    } catch (java.util.concurrent.TimeoutException e) {
      throw new AssertionError("the run does not stop: " + said, e);
    }
  }

  @Override
  public void close() {
    until = 0;
    if (training.isDone() || !Thread.currentThread().isInterrupted()) {
      try {
        training.get(60, TimeUnit.SECONDS);
      } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
        // The test says what was wrong.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    run.close();
  }
}
