package org.vulpes.compute.opencl.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A context of one device with a queue that does one thing after the other, and one whose launches say themselves what they wait for. Counts what it has made, so that a leak shows. Used by one thread at a time.
 */
class ClContext implements AutoCloseable {
  /**
   * Of the log of PoCL, whose compiler now and then misses a file that it has just written. Most likely LLVM deletes its temporary files at a signal, and the JVM raises some for itself that it
   * lives on after. The next try succeeds.
   */
  private static final String LOST_FILE = "unable to rename temporary";
  private static final int TRIES = 3;

  private static final long READ_WRITE = 1, USE_HOST_POINTER = 1 << 3, FINE_GRAINED = 1 << 10;
  /** Bytes of the largest type of OpenCL C, to which a buffer's start is aligned. */
  private static final int ALIGNMENT = 128;
  private static final int NO_MEMORY = -4;
  private static final long UNORDERED = 1, TIMED = 2;
  private static final int REGION = 0x1220;
  private static final int STARTED = 0x1282, ENDED = 0x1283;
  private static final int BUILD_LOG = 0x1183, BINARY_SIZES = 0x1165, BINARIES = 0x1166;

  final ClFacts facts;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment status = arena.allocate(JAVA_INT);
  private final MemorySegment value = arena.allocate(16);
  private final MemorySegment sizes = arena.allocate(6 * 8);
  private final long context;
  private final long queue;
  /** 0: the device has none. */
  private final long unordered;
  private long handles;
  private boolean lost;
  private boolean open = true;

  ClContext(ClFacts facts) {
    this(facts, false);
  }

  /** @param timed the queue for one thing after the other notes their times */
  ClContext(ClFacts facts, boolean timed) {
    this.facts = facts;
    try (Arena a = Arena.ofConfined()) {
      MemorySegment device = a.allocate(JAVA_LONG);
      device.set(JAVA_LONG, 0, facts.handle());
      context = create("clCreateContext",
          s -> (long) Cl.CREATE_CONTEXT.invokeExact(MemorySegment.NULL, 1, device, MemorySegment.NULL, MemorySegment.NULL, s));
      queue = create("clCreateCommandQueue", s -> (long) Cl.CREATE_QUEUE.invokeExact(context, facts.handle(), timed ? TIMED : 0L, s));
      unordered = facts.unordered() ? create("clCreateCommandQueue", s -> (long) Cl.CREATE_QUEUE.invokeExact(context, facts.handle(), UNORDERED, s)) : 0;
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** What counts as the driver's answer to a function. Drills of drivers that fail answer otherwise. */
  int answer(String function, int code) {
    return code;
  }

  private void check(String function, Invoke.Status call) {
    check(function, Invoke.status(call));
  }

  private void check(String function, int code) {
    int answer = answer(function, code);
    if (answer != 0) throw failure(function, answer);
  }

  private long create(String function, Invoke.Creation call) {
    long handle = Invoke.create(status, call);
    check(function, status.get(JAVA_INT, 0));
    return handle;
  }

  private ClFailure failure(String function, int code) {
    var failure = new ClFailure(function, code);
    lost |= failure.lost();
    return failure;
  }

  /** A device that is lost may refuse to release what was on it; that it is lost was said before, perhaps by another context. */
  private void released(String function, Invoke.Status call) {
    int answer = answer(function, Invoke.status(call));
    if (answer != 0 && !lost && works()) throw failure(function, answer);
  }

  /** Whether the device answers still: it may have refused a command that needs more than there is. */
  boolean works() {
    lost = !finishes(queue) || unordered != 0 && !finishes(unordered);
    return !lost;
  }

  private boolean finishes(long queue) {
    return answer("clFinish", Invoke.status(() -> (int) Cl.FINISH.invokeExact(queue))) == 0;
  }

  /** Buffers, sub-buffers, programs and kernels that are alive; not events, which come and go with every launch. */
  long handles() {
    return handles;
  }

  long context() {
    return context;
  }

  long queue() {
    return queue;
  }

  long buffer(long bytes) {
    long made = create("clCreateBuffer", s -> (long) Cl.CREATE_BUFFER.invokeExact(context, READ_WRITE, Math.max(bytes, 1), MemorySegment.NULL, s));
    handles++;
    return made;
  }

  /** Memory of the host and the device, for {@link #buffer(MemorySegment)} and then {@link #free}. Only where the device shares memory, see {@link ClFacts#shared}. */
  MemorySegment shared(long bytes) {
    long at = Invoke.create(status, _ -> (long) Cl.SVM_ALLOC.invokeExact(context, READ_WRITE | FINE_GRAINED, bytes, ALIGNMENT));
    check("clSVMAlloc", at == 0 ? NO_MEMORY : 0);
    handles++;
    return MemorySegment.ofAddress(at).reinterpret(bytes);
  }

  /** A buffer that lies there: the host sees what finished kernels wrote, and kernels that start later what the host wrote. */
  long buffer(MemorySegment shared) {
    long made = create("clCreateBuffer", s -> (long) Cl.CREATE_BUFFER.invokeExact(context, READ_WRITE | USE_HOST_POINTER, shared.byteSize(), shared, s));
    handles++;
    return made;
  }

  void free(MemorySegment shared) {
    handles--;
    Invoke.status(() -> {
      Cl.SVM_FREE.invokeExact(context, shared.address());
      return 0;
    });
  }

  /** @param offset in bytes, a multiple of the device's alignment */
  long subBuffer(long of, long offset, long bytes) {
    sizes.setAtIndex(JAVA_LONG, 0, offset);
    sizes.setAtIndex(JAVA_LONG, 1, Math.max(bytes, 1));
    long made = create("clCreateSubBuffer", s -> (long) Cl.CREATE_SUB_BUFFER.invokeExact(of, READ_WRITE, REGION, sizes, s));
    handles++;
    return made;
  }

  void release(long memory) {
    handles--;
    released("clReleaseMemObject", () -> (int) Cl.RELEASE_MEMORY.invokeExact(memory));
  }

  /** A program out of text. @throws BuildFailure with the compiler's log */
  long build(String source, String options) {
    try (Arena a = Arena.ofConfined()) {
      MemorySegment texts = a.allocate(ADDRESS);
      texts.set(ADDRESS, 0, a.allocateFrom(source));
      long program = create("clCreateProgramWithSource", s -> (long) Cl.CREATE_PROGRAM.invokeExact(context, 1, texts, MemorySegment.NULL, s));
      handles++;
      build(program, options, a);
      return program;
    }
  }

  /** A program that was built before. @return 0 when the driver does not take it */
  long load(byte[] binary, String options) {
    try (Arena a = Arena.ofConfined()) {
      MemorySegment device = a.allocate(JAVA_LONG), length = a.allocate(JAVA_LONG), place = a.allocate(ADDRESS), each = a.allocate(JAVA_INT);
      device.set(JAVA_LONG, 0, facts.handle());
      length.set(JAVA_LONG, 0, binary.length);
      place.set(ADDRESS, 0, a.allocateFrom(JAVA_BYTE, binary));
      long program = create("clCreateProgramWithBinary", s -> (long) Cl.CREATE_PROGRAM_FROM_BINARY.invokeExact(context, 1, device, length, place, each, s));
      handles++;
      build(program, options, a);
      return program;
    } catch (ClFailure | BuildFailure e) {
      return 0;
    }
  }

  private void build(long program, String options, Arena a) {
    MemorySegment device = a.allocate(JAVA_LONG);
    device.set(JAVA_LONG, 0, facts.handle());
    MemorySegment text = a.allocateFrom(options);
    int code = 0;
    String log = LOST_FILE;
    for (int i = 0; i < TRIES && log.contains(LOST_FILE); i++) {
      code = answer("clBuildProgram", Invoke.status(() -> (int) Cl.BUILD_PROGRAM.invokeExact(program, 1, device, text, MemorySegment.NULL, MemorySegment.NULL)));
      if (code == 0) return;
      log = buildLog(program, a);
    }
    ClFailure failure = failure("clBuildProgram", code);
    releaseProgram(program);
    if (failure.lost()) throw failure;
    throw new BuildFailure(failure.getMessage(), log);
  }

  private String buildLog(long program, Arena a) {
    MemorySegment size = a.allocate(JAVA_LONG);
    if (Invoke.status(() -> (int) Cl.GET_PROGRAM_BUILD_INFO.invokeExact(program, facts.handle(), BUILD_LOG, 0L, MemorySegment.NULL, size)) != 0) return "";
    long n = size.get(JAVA_LONG, 0);
    MemorySegment text = a.allocate(n + 1);
    if (Invoke.status(() -> (int) Cl.GET_PROGRAM_BUILD_INFO.invokeExact(program, facts.handle(), BUILD_LOG, n, text, MemorySegment.NULL)) != 0) return "";
    return text.getString(0);
  }

  /** The program as the driver keeps it, to be loaded again; empty where the driver gives none. */
  byte[] binary(long program) {
    try (Arena a = Arena.ofConfined()) {
      MemorySegment size = a.allocate(JAVA_LONG), place = a.allocate(ADDRESS);
      check("clGetProgramInfo", () -> (int) Cl.GET_PROGRAM_INFO.invokeExact(program, BINARY_SIZES, 8L, size, MemorySegment.NULL));
      MemorySegment bytes = a.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
      place.set(ADDRESS, 0, bytes);
      check("clGetProgramInfo", () -> (int) Cl.GET_PROGRAM_INFO.invokeExact(program, BINARIES, 8L, place, MemorySegment.NULL));
      return bytes.asSlice(0, size.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
    } catch (ClFailure e) {
      return new byte[0];
    }
  }

  void releaseProgram(long program) {
    handles--;
    released("clReleaseProgram", () -> (int) Cl.RELEASE_PROGRAM.invokeExact(program));
  }

  long kernel(long program, String name) {
    try (Arena a = Arena.ofConfined()) {
      long made = create("clCreateKernel", s -> (long) Cl.CREATE_KERNEL.invokeExact(program, a.allocateFrom(name), s));
      handles++;
      return made;
    }
  }

  void releaseKernel(long kernel) {
    handles--;
    released("clReleaseKernel", () -> (int) Cl.RELEASE_KERNEL.invokeExact(kernel));
  }

  void argument(long kernel, int index, long wide) {
    value.set(JAVA_LONG, 0, wide);
    check("clSetKernelArg", () -> (int) Cl.SET_KERNEL_ARG.invokeExact(kernel, index, 8L, value));
  }

  void argument(long kernel, int index, int narrow) {
    value.set(JAVA_INT, 0, narrow);
    check("clSetKernelArg", () -> (int) Cl.SET_KERNEL_ARG.invokeExact(kernel, index, 4L, value));
  }

  void argument(long kernel, int index, float real) {
    argument(kernel, index, Float.floatToRawIntBits(real));
  }

  void local(long kernel, int index, long bytes) {
    check("clSetKernelArg", () -> (int) Cl.SET_KERNEL_ARG.invokeExact(kernel, index, bytes, MemorySegment.NULL));
  }

  /** The sizes of a launch in native memory that lives as long as the context's owner keeps {@code arena}. */
  static MemorySegment range(Arena arena, long[] global, long[] local) {
    MemorySegment out = arena.allocate(6 * 8, 8);
    for (int i = 0; i < global.length; i++) {
      out.setAtIndex(JAVA_LONG, i, global[i]);
      out.setAtIndex(JAVA_LONG, 3 + i, local[i]);
    }
    return out;
  }

  /** Puts a kernel with all its arguments set into the queue. @param range of {@link #range} */
  void enqueue(long kernel, int dimensions, MemorySegment range, MemorySegment localRange) {
    enqueue(queue, kernel, dimensions, range, localRange, 0, MemorySegment.NULL, MemorySegment.NULL);
  }

  /** The same on a timed queue. @return an event, which {@link #nanos} releases */
  long enqueueTimed(long kernel, int dimensions, MemorySegment range, MemorySegment localRange) {
    enqueue(queue, kernel, dimensions, range, localRange, 0, MemorySegment.NULL, value);
    return value.get(JAVA_LONG, 0);
  }

  /** Whether there is a queue for {@link #enqueueUnordered}. */
  boolean unordered() {
    return unordered != 0;
  }

  /**
   * Puts a kernel into the queue where nothing waits that does not say so.
   *
   * @param count of the events that it waits for
   * @param events their handles
   * @return an event that others can wait for, to be given to {@link #releaseEvent}
   */
  long enqueueUnordered(long kernel, int dimensions, MemorySegment range, MemorySegment localRange, int count, MemorySegment events) {
    enqueue(unordered, kernel, dimensions, range, localRange, count, count == 0 ? MemorySegment.NULL : events, value);
    return value.get(JAVA_LONG, 0);
  }

  private void enqueue(long queue, long kernel, int dimensions, MemorySegment range, MemorySegment localRange, int count, MemorySegment events, MemorySegment event) {
    int code;
    try {
      code = (int) Cl.ENQUEUE_KERNEL.invokeExact(queue, kernel, dimensions, MemorySegment.NULL, range, localRange, count, events, event);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    check("clEnqueueNDRangeKernel", code);
  }

  void releaseEvent(long event) {
    released("clReleaseEvent", () -> (int) Cl.RELEASE_EVENT.invokeExact(event));
  }

  /** How long the device worked on a kernel that is done. Releases its event. */
  long nanos(long event) {
    check("clGetEventProfilingInfo", () -> (int) Cl.GET_EVENT_PROFILING_INFO.invokeExact(event, STARTED, 8L, value, MemorySegment.NULL));
    long started = value.get(JAVA_LONG, 0);
    check("clGetEventProfilingInfo", () -> (int) Cl.GET_EVENT_PROFILING_INFO.invokeExact(event, ENDED, 8L, value, MemorySegment.NULL));
    long ended = value.get(JAVA_LONG, 0);
    releaseEvent(event);
    return ended - started;
  }

  /** Copies in. @param from which must stay as it is until {@link #finish} */
  void write(long memory, long offset, MemorySegment from) {
    if (from.byteSize() == 0) return;
    check("clEnqueueWriteBuffer",
        () -> (int) Cl.ENQUEUE_WRITE.invokeExact(queue, memory, 0, offset, from.byteSize(), from, 0, MemorySegment.NULL, MemorySegment.NULL));
  }

  /** Copies out, and waits. */
  void read(long memory, long offset, MemorySegment to) {
    if (to.byteSize() == 0) return;
    check("clEnqueueReadBuffer", () -> (int) Cl.ENQUEUE_READ.invokeExact(queue, memory, 1, offset, to.byteSize(), to, 0, MemorySegment.NULL, MemorySegment.NULL));
  }

  void copy(long from, long to, long bytes) {
    if (bytes == 0) return;
    check("clEnqueueCopyBuffer", () -> (int) Cl.ENQUEUE_COPY.invokeExact(queue, from, to, 0L, 0L, bytes, 0, MemorySegment.NULL, MemorySegment.NULL));
  }

  /** Fills with zeros, and waits. @param bytes a multiple of 2 */
  void zero(long memory, long bytes) {
    if (bytes == 0) return;
    value.set(JAVA_LONG, 0, 0);
    long unit = bytes % 8 == 0 ? 8 : 2;
    check("clEnqueueFillBuffer", () -> (int) Cl.ENQUEUE_FILL.invokeExact(queue, memory, value, unit, 0L, bytes, 0, MemorySegment.NULL, MemorySegment.NULL));
    finish();
  }

  void flush() {
    check("clFlush", () -> (int) Cl.FLUSH.invokeExact(queue));
  }

  void finish() {
    check("clFinish", () -> (int) Cl.FINISH.invokeExact(queue));
  }

  void flushUnordered() {
    check("clFlush", () -> (int) Cl.FLUSH.invokeExact(unordered));
  }

  void finishUnordered() {
    check("clFinish", () -> (int) Cl.FINISH.invokeExact(unordered));
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    // A lost device fails to finish; that was said when it was lost.
    boolean was = lost;
    lost = !works() || was;
    try {
      if (unordered != 0) released("clReleaseCommandQueue", () -> (int) Cl.RELEASE_QUEUE.invokeExact(unordered));
      released("clReleaseCommandQueue", () -> (int) Cl.RELEASE_QUEUE.invokeExact(queue));
      released("clReleaseContext", () -> (int) Cl.RELEASE_CONTEXT.invokeExact(context));
    } finally {
      arena.close();
    }
  }
}
