package org.vulpes.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.vulpes.slot.InvalidInput;

/** Where others meet the training thread: between two steps. The loop pays one ordered read a step when nobody waits; no lock, no parking. */
final class Boundary {
  private record Work<T>(Supplier<T> what, CompletableFuture<T> done) {
    void perform() {
      try {
        done.complete(what.get());
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    }
  }

  private static final String ENDED = "The run has ended meanwhile; nothing was changed.";

  private final AtomicReference<Work<?>> pending = new AtomicReference<>();
  private volatile boolean closed;

  /** On the training thread: does what somebody waits for. */
  void meet() {
    Work<?> work = pending.getAcquire();
    if (work == null) return;
    pending.setRelease(null);
    work.perform();
  }

  /** From one other thread at a time: has work done on the training thread and waits for it. @throws InvalidInput when the run ends meanwhile */
  <T> T call(Supplier<T> what) {
    var work = new Work<>(what, new CompletableFuture<T>());
    pending.setRelease(work);
    if (closed) work.done.completeExceptionally(ended());
    try {
      return work.done.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) throw r;
      if (e.getCause() instanceof Error r) throw r;
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ended();
    }
  }

  /** On the training thread: nobody is met any more. */
  void close() {
    closed = true;
    Work<?> work = pending.getAndSet(null);
    if (work != null) work.done.completeExceptionally(ended());
  }

  static InvalidInput ended() {
    return new InvalidInput(ENDED);
  }

  /** Whether something failed only because the run has ended. */
  static boolean isEnd(Throwable e) {
    return ENDED.equals(e.getMessage());
  }
}
