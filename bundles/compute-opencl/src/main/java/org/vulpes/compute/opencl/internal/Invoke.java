package org.vulpes.compute.opencl.internal;

import java.lang.foreign.MemorySegment;

/** Calls into the library. */
final class Invoke {
  /** A call that answers with a status. */
  interface Status {
    int call() throws Throwable;
  }

  /** A call that answers with a handle and writes its status. */
  interface Creation {
    long call(MemorySegment status) throws Throwable;
  }

  private Invoke() {}

  static void check(String function, Status call) {
    int code = status(call);
    if (code != 0) throw new ClFailure(function, code);
  }

  static int status(Status call) {
    try {
      return call.call();
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** @param status 4 bytes of native memory, where the call writes its status */
  static long create(MemorySegment status, Creation call) {
    try {
      return call.call(status);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
