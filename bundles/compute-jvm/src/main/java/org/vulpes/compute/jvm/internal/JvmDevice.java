package org.vulpes.compute.jvm.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Program;

/**
 * Runs programs with the Vector API of this JVM. Owns the memory (buffers, one arena as large as the largest program needs, scratch memory of each thread) and the
 * threads; all of it goes when it is closed.
 */
final class JvmDevice implements Device {
  private final DeviceInfo info;
  private final KernelTable kernels = KernelTable.complete();
  private final Crew crew;
  private final Set<JvmBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<JvmExecutable> executables = Collections.newSetFromMap(new IdentityHashMap<>());
  private final OffHeap[] scratch;
  private final long[] scratchAddress;
  private final boolean profiles = Profile.wanted();
  /** Measured when the first profile is printed. */
  private Floor floor;
  private OffHeap arena;
  private long inUse;
  private long peak;
  private boolean open = true;

  /** @param threads that work on one program, at least 1 */
  JvmDevice(int threads, long spinNanos) {
    info = new DeviceInfo("jvm", System.getProperty("os.arch"), System.getProperty("java.vm.version"), threads, Memory.SPECIES.vectorBitSize());
    crew = new Crew(threads, spinNanos);
    scratch = new OffHeap[threads];
    scratchAddress = new long[threads];
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  @Override
  public Buffer allocate(DType type, long length) {
    checkOpen();
    if (length < 0) throw new IllegalArgumentException("A buffer cannot have " + length + " elements.");
    String what = "a buffer of " + length + " " + type;
    if (length > Long.MAX_VALUE / 16) throw OffHeap.tooMuch(Long.MAX_VALUE, what, inUse, null);
    var buffer = new JvmBuffer(this, type, length, offHeap(length * type.bytes(), what));
    buffers.add(buffer);
    return buffer;
  }

  @Override
  public Executable prepare(Program program, Map<String, Buffer> bindings, List<KernelFamily> families) {
    checkOpen();
    var bound = new ArrayList<JvmBuffer>();
    for (Program.Binding b : program.bindings()) bound.add(fitting(program, b, bindings.get(b.name())));
    var executable = new JvmExecutable(this, families.isEmpty() ? kernels : kernels.with(families), program, bound.toArray(JvmBuffer[]::new));
    executables.add(executable);
    return executable;
  }

  private JvmBuffer fitting(Program program, Program.Binding binding, Buffer given) {
    String problem;
    if (given == null) {
      problem = "no buffer was given";
    } else if (!(given instanceof JvmBuffer b) || b.device != this) {
      problem = "the buffer belongs to another device";
    } else if (!b.open()) {
      problem = "the buffer is closed";
    } else if (b.type() != binding.type() || b.length() != binding.length()) {
      problem = "the buffer holds " + b.length() + " " + b.type() + ", not " + binding.length() + " " + binding.type();
    } else {
      return b;
    }
    throw new IllegalArgumentException("Program '" + program.name() + "', binding '" + binding.name() + "': " + problem + ".");
  }

  /** Whether programs are timed kernel by kernel. */
  boolean profiles() {
    return profiles;
  }

  Floor floor() {
    if (floor == null) floor = Floor.measure(this);
    return floor;
  }

  @Override
  public long peakBytes() {
    return peak;
  }

  /** @param scratchBytes that the largest of the phases needs for each thread */
  void run(Work[] phases, long scratchBytes) {
    scratch(scratchBytes);
    crew.run(phases, scratchAddress);
  }

  /** The address of the arena, which grows to the size asked for; it then moves, and its content is lost. */
  long arena(long bytes) {
    checkOpen();
    if (arena == null || arena.bytes() < bytes) {
      if (arena != null) free(arena);
      arena = null;
      arena = offHeap(bytes, "the planned memory of a program");
    }
    return arena.address();
  }

  /** Makes every thread's scratch memory at least this large. */
  void scratch(long bytes) {
    for (int t = 0; t < scratch.length; t++) {
      if (scratch[t] != null && scratch[t].bytes() >= bytes) continue;
      if (scratch[t] != null) free(scratch[t]);
      scratch[t] = null;
      scratch[t] = offHeap(bytes, "the scratch memory of a thread");
      scratchAddress[t] = scratch[t].address();
    }
  }

  OffHeap offHeap(long bytes, String what) {
    var memory = new OffHeap(bytes, what, inUse);
    inUse += memory.bytes();
    peak = Math.max(peak, inUse);
    return memory;
  }

  void free(OffHeap memory) {
    inUse -= memory.bytes();
    memory.close();
  }

  void closed(JvmBuffer buffer) {
    inUse -= buffer.bytes();
    buffers.remove(buffer);
  }

  void closed(JvmExecutable executable) {
    executables.remove(executable);
  }

  private void checkOpen() {
    if (!open) throw new IllegalStateException("The jvm device is closed.");
  }

  @Override
  public void close() {
    if (!open) return;
    List.copyOf(executables).forEach(JvmExecutable::close);
    crew.close();
    List.copyOf(buffers).forEach(JvmBuffer::close);
    for (OffHeap s : scratch) if (s != null) free(s);
    if (arena != null) free(arena);
    open = false;
  }
}
