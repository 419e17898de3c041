package org.vulpes.compute.opencl.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Memory;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.OwnKernels;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;

/**
 * Runs programs on an OpenCL device, with kernels that come as text ({@link KernelText}). Buffers stay on the device; one in-order queue; one arena as large as the
 * largest program needs.
 */
final class OpenClDevice implements Device {
  /** Elements that are copied to or from the device at a time. */
  static final int STAGED = 1 << 18;

  private final ClContext context;
  private final DeviceInfo info;
  private final Choice choice;
  private final Programs programs;
  private final Tuning tuning;
  private final AparapiLauncher aparapi;
  private final Arena staging = Arena.ofShared();
  private final MemorySegment staged = staging.allocate(4L * STAGED, 64);
  private long filled;
  private final Set<OpenClBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<OpenClExecutable> executables = Collections.newSetFromMap(new IdentityHashMap<>());
  private final KeptCopies kept = new KeptCopies(this);
  /** Null: nobody has asked. */
  private final StepProfile profile = Opening.profiled() ? new StepProfile() : null;
  private final Floor floor;
  private long arena;
  private long arenaBytes;
  private long generation;
  private long inUse;
  private long peak;
  private boolean open = true;

  /** @param context whose device no text refuses; closed with this one */
  OpenClDevice(ClContext context, List<KernelText> texts, Opening.How how) {
    this.context = context;
    ClFacts facts = context.facts;
    choice = new Choice(texts, Map.of(), facts.precision());
    programs = new Programs(context, new BinaryCache(how.cache()));
    tuning = how.tuningSeconds() > 0 ? new TimedTuning(this, new TuningFile(how.cache()), how.tuningSeconds()) : Tuning.STANDARD;
    try {
      floor = profile == null ? null : Floor.measure(context);
      aparapi = how.throughAparapi() ? new AparapiLauncher(context) : null;
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
    info = new DeviceInfo(facts.id(), facts.name(), facts.platform() + " " + facts.driver() + facts.precision().suffix(), facts.units(), 32 * facts.floatWidth());
  }

  @Override
  public DeviceInfo info() {
    return info;
  }

  ClContext context() {
    return context;
  }

  Programs programs() {
    return programs;
  }

  /** Who launches instead of us; null: nobody. */
  AparapiLauncher aparapi() {
    return aparapi;
  }

  Tuning tuning() {
    return tuning;
  }

  KeptCopies kept() {
    return kept;
  }

  /** Where the time of steps goes; null when nobody has asked. */
  StepProfile profile() {
    return profile;
  }

  /** What kernels could reach at most; null when nobody has asked for a profile. */
  Floor floor() {
    return floor;
  }

  /** Memory for elements on their way to or from the device, until the next {@link #settle}. @param bytes at most those of {@link #STAGED} elements */
  MemorySegment staged(long bytes) {
    long from = (filled + 63) / 64 * 64;
    if (from + bytes > staged.byteSize()) {
      settle();
      from = 0;
    }
    filled = from + bytes;
    return staged.asSlice(from, bytes);
  }

  /** Waits for what is on its way to the device. */
  void settle() {
    if (filled == 0) return;
    context.finish();
    filled = 0;
  }

  @Override
  public Buffer allocate(DType type, long length) {
    checkOpen();
    if (length < 0) throw new IllegalArgumentException("A buffer cannot have " + length + " elements.");
    String what = "a buffer of " + length + " " + type;
    if (length > Long.MAX_VALUE / 16) throw tooMuch(Long.MAX_VALUE, what, null);
    var buffer = guarded("make " + what, () -> buffer(type, length, what));
    buffers.add(buffer);
    buffer.clear();
    return buffer;
  }

  private OpenClBuffer buffer(DType type, long length, String what) {
    long bytes = length * type.bytes();
    // A step's inputs and what is read after it. Of large ones nothing is gained, and drivers may place their own better.
    if (!context.facts.shared() || bytes == 0 || bytes > 4L * STAGED) return new OpenClBuffer(this, type, length, memory(bytes, what), null);
    var shared = new MemorySegment[1];
    try {
      long memory = memory(bytes, what, () -> context.buffer(shared[0] = context.shared(bytes)));
      return new OpenClBuffer(this, type, length, memory, shared[0]);
    } catch (RuntimeException e) {
      if (shared[0] != null) context.free(shared[0]);
      throw e;
    }
  }

  @Override
  public Executable prepare(Program program, Map<String, Buffer> bindings, List<KernelFamily> families) {
    checkOpen();
    Choice among = choice(families);
    var bound = new ArrayList<OpenClBuffer>();
    for (Program.Binding b : program.bindings()) bound.add(fitting(program, b, bindings.get(b.name())));
    var executable = guarded("prepare program '" + program.name() + "'", () -> new OpenClExecutable(this, among, program, bound.toArray(OpenClBuffer[]::new)));
    executables.add(executable);
    return executable;
  }

  private Choice choice(List<KernelFamily> families) {
    var chosen = new HashMap<String, KernelText>();
    for (KernelFamily f : families) {
      if (f instanceof OwnKernels) continue;
      if (!(f instanceof OpenClKernels own)) {
        throw new UnsupportedKernel("Device " + info.id() + " cannot use kernels." + f.family() + " = " + f.name() + ", which is for another device.");
      }
      chosen.put(f.family(), own.text());
    }
    return choice.with(chosen);
  }

  @Override
  public Memory needs(Program program, List<KernelFamily> families) {
    var homes = new Laid[program.bindings().size()];
    var plan = Planner.settled(program, Fusion.tasks(program, choice(families), context.facts, Tuning.STANDARD), context.facts, homes);
    long copies = plan.kept().stream().mapToLong(Place.Kept::bytes).sum(), largest = plan.kept().stream().mapToLong(Place.Kept::bytes).max().orElse(0), moved = 0;
    // Weights come in rows, and are laid out beside the arena unless they are large.
    for (int i = 0; i < homes.length; i++) {
      long bytes = program.bindings().get(i).length() * program.bindings().get(i).type().bytes();
      if (homes[i] != null && bytes <= plan.arenaBytes() / 2) moved = Math.max(moved, bytes);
    }
    return new Memory(plan.arenaBytes() + copies + moved, Math.max(plan.arenaBytes(), largest));
  }

  @Override
  public Memory room() {
    return new Memory(context.facts.globalBytes(), context.facts.maxAllocation());
  }

  private OpenClBuffer fitting(Program program, Program.Binding binding, Buffer given) {
    String problem;
    if (given == null) {
      problem = "no buffer was given";
    } else if (!(given instanceof OpenClBuffer b) || b.device != this) {
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

  @Override
  public long peakBytes() {
    return peak;
  }

  /** Handles of the driver that are alive: for tests that look for leaks. */
  long handles() {
    return context.handles();
  }

  /** Bytes of device memory in use. */
  long bytesInUse() {
    return inUse;
  }

  /** Device memory. @param what for the message when there is not enough */
  long memory(long bytes, String what) {
    return memory(bytes, what, () -> context.buffer(bytes));
  }

  private long memory(long bytes, String what, LongSupplier making) {
    ClFacts facts = context.facts;
    if (bytes > facts.maxAllocation()) throw tooMuch(bytes, what, null);
    long memory;
    try {
      memory = making.getAsLong();
    } catch (ClFailure e) {
      if (e.lacksMemory() || e.lacksResources() && context.works()) throw tooMuch(bytes, what, e);
      throw e;
    }
    inUse += bytes;
    peak = Math.max(peak, inUse);
    return memory;
  }

  void free(long memory, long bytes) {
    context.release(memory);
    inUse -= bytes;
  }

  private OutOfDeviceMemory tooMuch(long bytes, String what, Throwable cause) {
    ClFacts f = context.facts;
    String limit = bytes > f.maxAllocation() ? ", but one buffer of " + f.describe() + " holds at most " + f.maxAllocation() + " bytes"
        : ", but " + f.describe() + " has " + f.globalBytes() + " bytes, of which this run holds " + inUse;
    return new OutOfDeviceMemory("There is no memory for " + what + ": " + bytes + " bytes are wanted" + limit
        + ". Make training.micro-batch-tokens or the model smaller, or run on device = jvm.", cause);
  }

  /** The arena, at least so large. When it grows it moves, its content is lost, and {@link #generation} is another. */
  long arena(long bytes) {
    checkOpen();
    if (arena == 0 || arenaBytes < bytes) {
      if (arena != 0) giveUpArena();
      arena = memory(bytes, "the planned memory of a program");
      arenaBytes = bytes;
      generation++;
    }
    return arena;
  }

  long generation() {
    return generation;
  }

  private void giveUpArena() {
    context.finish();
    free(arena, arenaBytes);
    arena = 0;
    arenaBytes = 0;
  }

  /** Lays a buffer out anew. Another thread may copy it at the same time: it sees the one layout or the other. */
  synchronized void lay(OpenClBuffer buffer, Laid wanted) {
    guard("lay out a buffer", () -> {
      if (!buffer.laid().rows() && !wanted.rows()) lay(buffer, Laid.ROWS);
      if (buffer.laid().equals(wanted)) return;
      // Fresh moments and gradients: a copy would need their memory twice for a moment.
      if (buffer.zero()) {
        buffer.laid(wanted);
        return;
      }
      // A vocabulary's table may be as large as the arena, whose content no program keeps: together they would be the most that a run ever holds.
      if (arena != 0 && buffer.bytes() > arenaBytes / 2) giveUpArena();
      long other = memory(buffer.bytes(), "another layout of a buffer");
      try {
        Planned p = Launches.conversion(context.facts, new Place.Bound(0, 0, 0), buffer.laid(), new Place.Bound(1, 0, 0), wanted, buffer.length());
        try (Arena ranges = Arena.ofConfined(); var run = new ClLaunch(this, p, place -> place.equals(new Place.Bound(0, 0, 0)) ? buffer.memory() : other, ranges)) {
          run.enqueue();
          context.copy(other, buffer.memory(), buffer.bytes());
          context.finish();
        }
      } finally {
        free(other, buffer.bytes());
      }
      buffer.laid(wanted);
    });
  }

  /** Does something with the device; what fails comes as one sentence. */
  void guard(String what, Runnable work) {
    guarded(what, () -> {
      work.run();
      return null;
    });
  }

  <T> T guarded(String what, java.util.function.Supplier<T> work) {
    try {
      return work.get();
    } catch (ClFailure e) {
      if (e.lacksMemory()) throw new OutOfDeviceMemory("Device " + context.facts.describe() + " has no memory to " + what + " (" + e.getMessage()
          + "); it holds " + inUse + " bytes of this run. Make training.micro-batch-tokens or the model smaller.", e);
      if (e.lost()) throw new DeviceLost(context.facts.describe() + " does not work any more: it could not " + what + " (" + e.getMessage()
          + "). What was saved is whole: start the same command again, and it goes on from the last checkpoint; where it happens again, look into the system's log for the driver.", e);
      throw new IllegalStateException("Device " + context.facts.describe() + " could not " + what + ": " + e.getMessage() + ".", e);
    }
  }

  void closed(OpenClBuffer buffer) {
    buffers.remove(buffer);
    free(buffer.memory(), buffer.bytes());
    if (buffer.shared() != null) context.free(buffer.shared());
  }

  void closed(OpenClExecutable executable) {
    executables.remove(executable);
  }

  private void checkOpen() {
    if (!open) throw new IllegalStateException("Device " + info.id() + " is closed.");
  }

  @Override
  public void close() {
    if (!open) return;
    List.copyOf(executables).forEach(OpenClExecutable::close);
    List.copyOf(buffers).forEach(OpenClBuffer::close);
    if (arena != 0) free(arena, arenaBytes);
    open = false;
    if (profile != null) System.err.print(profile.line(info.id()));
    programs.close();
    try {
      context.close();
    } finally {
      // What is on its way reads it.
      staging.close();
    }
  }
}
