package org.vulpes.compute.jvm.internal;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.compute.DType;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.Operation;

/** A program whose calls have become one flat list of phases at fixed addresses; they are built anew when the device's arena has moved. */
final class JvmExecutable implements Executable {
  private final JvmDevice device;
  private final KernelTable kernels;
  private final Program program;
  private final JvmBuffer[] bindings;
  private final List<OffHeap> partials = new ArrayList<>();
  private OffHeap shared;
  private long sharedUsed;
  /** Null while they must be built, also when building failed for lack of memory. */
  private Work[] phases;
  private Profile profile;
  private long arena;
  private long scratch;
  private boolean open = true;

  JvmExecutable(JvmDevice device, KernelTable kernels, Program program, JvmBuffer[] bindings) {
    this.device = device;
    this.kernels = kernels;
    this.program = program;
    this.bindings = bindings;
    for (KernelCall call : program.calls()) check(call);
    try {
      build();
    } catch (RuntimeException e) {
      freePartials();
      throw e;
    }
  }

  @Override
  public void run() {
    if (!open) throw new IllegalStateException("The executable of program '" + program.name() + "' is closed.");
    for (int i = 0; i < bindings.length; i++) {
      if (!bindings[i].open()) {
        throw new IllegalStateException("Program '" + program.name() + "' cannot run: the buffer of '" + program.bindings().get(i).name() + "' is closed.");
      }
    }
    if (phases == null || device.arena(program.arenaBytes()) != arena) build();
    if (profile != null) profile.run(device, scratch);
    else device.run(phases, scratch);
  }

  private void build() {
    phases = null;
    freePartials();
    arena = device.arena(program.arenaBytes());
    scratch = 0;
    int threads = device.info().threads();
    var all = new ArrayList<Work>();
    var owners = new ArrayList<KernelCall>();
    var beside = new SideBySide(threads);
    for (KernelCall call : program.calls()) {
      var operands = new Call(call, addresses(call.inputs()), addresses(call.outputs()), this::partial, this::shared, threads);
      // One thread meets nobody, and a profile tells of each call.
      if (threads == 1 || device.profiles() || !beside.takes(operands)) {
        all.addAll(beside.phases());
        beside = new SideBySide(threads);
        sharedUsed = 0;
      }
      Work[] own = kernels.build(operands);
      beside.add(operands, own);
      for (int i = 0; i < own.length; i++) owners.add(call);
    }
    all.addAll(beside.phases());
    for (Work w : all) scratch = Math.max(scratch, w.scratchBytes());
    device.scratch(scratch);
    phases = all.toArray(Work[]::new);
    if (device.profiles()) profile = new Profile(program.name(), phases, owners.toArray(KernelCall[]::new), threads);
  }

  private long[] addresses(List<Operand> operands) {
    return operands.stream()
        .mapToLong(o -> o.binding() == Operand.ARENA ? arena + o.offset() : bindings[o.binding()].address() + o.offset() * o.type().bytes())
        .toArray();
  }

  private long partial(long bytes) {
    var memory = device.offHeap(bytes, "partial results of program '" + program.name() + "'");
    partials.add(memory);
    return memory.address();
  }

  /** Only calls that run side by side need memory of their own, others get the same; it grows by doubling, as the calls before keep the smaller piece. */
  private long shared(long bytes) {
    if (shared == null || shared.bytes() < sharedUsed + bytes) {
      shared = device.offHeap(Math.max(bytes, shared == null ? 0 : 2 * shared.bytes()), "packed operands of program '" + program.name() + "'");
      partials.add(shared);
      sharedUsed = 0;
    }
    long at = shared.address() + sharedUsed;
    sharedUsed += OffHeap.up(bytes);
    return at;
  }

  private void check(KernelCall call) {
    for (Operand o : call.inputs()) check(call, o);
    for (Operand o : call.outputs()) check(call, o);
    if (call.accumulate() && !(call.kernel() instanceof Operation op && op.accumulates())) {
      throw new UnsupportedKernel("The jvm device's kernel " + place(call) + " cannot accumulate.");
    }
  }

  private void check(KernelCall call, Operand o) {
    long length = 1;
    for (int size : o.shape()) {
      if (size < 1) throw wrong(call, o, "has an axis of size " + size);
      length = Math.multiplyExact(length, (long) size);
    }
    if (o.type() == DType.BF16) {
      throw new UnsupportedKernel("The jvm device computes in F32; kernel " + place(call) + " was given a BF16 operand: convert it to F32 first.");
    }
    if (o.offset() < 0) throw wrong(call, o, "starts before its memory");
    if (o.binding() == Operand.ARENA) {
      if (o.offset() % OffHeap.ALIGNMENT != 0) throw wrong(call, o, "is not aligned to 64 bytes");
      if (Math.addExact(o.offset(), Math.multiplyExact(length, (long) o.type().bytes())) > program.arenaBytes()) throw wrong(call, o, "ends behind the arena");
      return;
    }
    if (o.binding() < 0 || o.binding() >= bindings.length) throw wrong(call, o, "names a binding that is not there");
    var binding = program.bindings().get(o.binding());
    if (o.type() != binding.type()) throw wrong(call, o, "is not of its binding's type " + binding.type());
    if (Math.addExact(o.offset(), length) > binding.length()) throw wrong(call, o, "ends behind its binding '" + binding.name() + "'");
  }

  private IllegalArgumentException wrong(KernelCall call, Operand o, String what) {
    return new IllegalArgumentException("Program '" + program.name() + "', kernel " + place(call) + ": operand " + java.util.Arrays.toString(o.shape())
        + " " + o.type() + " at offset " + o.offset() + " " + what + ".");
  }

  private static String place(KernelCall call) {
    return "'" + call.kernel().name() + "' (" + call.label() + ")";
  }

  private void freePartials() {
    for (OffHeap p : partials) device.free(p);
    partials.clear();
    shared = null;
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    if (profile != null) System.err.print(profile.table(device.floor()));
    freePartials();
    device.closed(this);
  }
}
