package org.vulpes.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.slot.GroundLost;
import org.vulpes.slot.InvalidInput;

/** Runs a plugin's code on a thread of its own under a deadline: a candidate that hangs holds up neither the run nor whoever asked. */
final class Proof {
  private Proof() {}

  /**
   * @param key under which the deadline is set
   * @param what for the complaint: "Plugin 'flat'"
   * @param late given what comes after the deadline, on that thread: it may hold memory
   * @throws InvalidInput with the reason when the work fails or is late
   * @throws GroundLost when that is nobody's fault
   */
  static <T> T within(double seconds, String key, String what, Supplier<T> work, Consumer<T> late) {
    var done = new CompletableFuture<T>();
    Thread thread = Thread.ofPlatform().daemon().name("vulpes-swap-proof").inheritInheritableThreadLocals(false).unstarted(() -> {
      try {
        done.complete(work.get());
      } catch (Throwable e) {
        done.completeExceptionally(e instanceof GroundLost ? e : new InvalidInput(Reason.of(e)));
      }
    });
    thread.setContextClassLoader(null);
    thread.start();
    try {
      T out = done.get((long) (seconds * 1000), TimeUnit.MILLISECONDS);
      thread.join(Duration.ofSeconds(1));
      return out;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroundLost lost) throw lost;
      throw new InvalidInput(what + " failed while it was tried out: " + Reason.sentence(e.getCause().getMessage()));
    } catch (TimeoutException e) {
      thread.interrupt();
      done.thenAccept(late);
      throw new InvalidInput(what + " was not ready within " + seconds + " s (" + key + ").");
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw Boundary.ended();
    }
  }
}
