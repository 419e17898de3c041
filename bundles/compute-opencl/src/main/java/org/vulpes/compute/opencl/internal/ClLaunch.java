package org.vulpes.compute.opencl.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToLongFunction;

/** A launch whose arguments are set: it can be put into the queue again and again. Owns its kernel. */
final class ClLaunch implements AutoCloseable {
  final Planned planned;
  private final OpenClDevice device;
  private final MemorySegment global;
  private final MemorySegment local;
  private long kernel;
  /** Arguments that the driver has taken. */
  private int set;
  private AparapiLauncher.Launch other;

  /** @param memory the handle of a place @param ranges memory that outlives this, for sizes */
  ClLaunch(OpenClDevice device, Planned planned, ToLongFunction<Place> memory, Arena ranges) {
    this.device = device;
    this.planned = planned;
    MemorySegment sizes = ClContext.range(ranges, planned.global(), planned.local());
    global = sizes.asSlice(0, 24);
    local = sizes.asSlice(24, 24);
    kernel = device.programs().kernel(planned);
    try {
      if (device.aparapi() != null) {
        other = device.aparapi().launch(planned, device.programs().program(planned), memory);
        return;
      }
      ClContext context = device.context();
      for (; set < planned.arguments().size(); set++) {
        switch (planned.arguments().get(set)) {
          case Place p -> context.argument(kernel, set, memory.applyAsLong(p));
          case Integer n -> context.argument(kernel, set, (int) n);
          case Long n -> context.argument(kernel, set, (long) n);
          case Float x -> context.argument(kernel, set, (float) x);
          case Planned.LocalBytes l -> context.local(kernel, set, l.bytes());
          default -> throw new IllegalStateException("an argument of " + planned.arguments().get(set).getClass());
        }
      }
    } catch (ClFailure e) {
      close();
      throw wrong(e);
    }
  }

  private RuntimeException wrong(ClFailure e) {
    boolean tooLarge = e.lacksResources() && device.context().works();
    if (!tooLarge && (e.lacksMemory() || e.lost())) return e;
    return new org.vulpes.slot.InvalidInput(planned.place() + "kernel '" + planned.kernel() + "' of " + planned.what() + " cannot be launched with " + planned.arguments().size()
        + " arguments, global " + java.util.Arrays.toString(planned.global()) + ", local " + java.util.Arrays.toString(planned.local()) + ": "
        + (tooLarge ? "it needs more registers or local memory than the device has" : reason(e.code())) + " (" + e.getMessage() + ").", e);
  }

  private String reason(int code) {
    return switch (code) {
      case -49 -> "it has fewer parameters than args in kernels.conf";
      case -52 -> "it has more parameters than args in kernels.conf";
      case -50, -51 -> "argument " + (set + 1) + " of args is of another kind (memory, int, long, float, local) than the kernel's parameter";
      default -> "the driver refuses";
    };
  }

  void enqueue() {
    if (other != null) {
      other.run();
      return;
    }
    try {
      device.context().enqueue(kernel, planned.global().length, global, local);
    } catch (ClFailure e) {
      throw wrong(e);
    }
  }

  /** The same on the queue where nothing waits that does not say so. @param count of the events in {@code waited} @return an event that others can wait for */
  long enqueue(int count, MemorySegment waited) {
    try {
      return device.context().enqueueUnordered(kernel, planned.global().length, global, local, count, waited);
    } catch (ClFailure e) {
      throw wrong(e);
    }
  }

  /** The same on a timed queue. @return an event; 0 where another launches, and waits */
  long enqueueTimed() {
    if (other != null) {
      other.run();
      return 0;
    }
    try {
      return device.context().enqueueTimed(kernel, planned.global().length, global, local);
    } catch (ClFailure e) {
      throw wrong(e);
    }
  }

  @Override
  public void close() {
    if (kernel == 0) return;
    if (other != null) other.close();
    device.programs().release(planned, kernel);
    kernel = 0;
  }
}
