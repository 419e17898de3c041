package org.vulpes.graph.reference;

import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Operand;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.OwnKernels;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.Operation;

/**
 * Runs any program by the float64 definitions of its operations, one call after the other, on one thread. Slow; every digit of F32 values is
 * kept. The arena is filled with NaN before each run, so that a call that reads memory nobody wrote shows in the results.
 */
public final class ReferenceDevice implements Device {
  private long inUse;
  private long peak;

  @Override
  public DeviceInfo info() {
    return new DeviceInfo("reference", "float64 definitions", "1", 1, 64);
  }

  @Override
  public Buffer allocate(DType type, long length) {
    if (length < 0) throw new IllegalArgumentException("A buffer cannot have " + length + " elements.");
    try {
      var buffer = new ReferenceBuffer(type, array(length), this::free);
      hold(8 * length);
      return buffer;
    } catch (OutOfMemoryError e) {
      throw new OutOfDeviceMemory("The reference device cannot hold " + length + " numbers of 8 bytes; use the jvm device, or a smaller model or batch.", e);
    }
  }

  /** The length as an array's. */
  static int array(long length) {
    if (length > Integer.MAX_VALUE - 8) {
      throw new OutOfDeviceMemory("The reference device holds at most 2^31 numbers in one piece, but " + length
          + " were asked for; use the jvm device, or a smaller model or batch.", null);
    }
    return (int) length;
  }

  @Override
  public Executable prepare(Program program, Map<String, Buffer> bindings, List<KernelFamily> families) {
    for (KernelFamily f : families) {
      if (!(f instanceof OwnKernels)) throw new UnsupportedKernel("The reference device computes every kernel by its definition, not by kernels." + f.family() + " = " + f.name() + ".");
    }
    var memory = new ReferenceBuffer[program.bindings().size()];
    for (int i = 0; i < memory.length; i++) memory[i] = bound(program, program.bindings().get(i), bindings);
    for (KernelCall c : program.calls()) check(program, c);
    var executable = new ReferenceProgram(program, memory, this::free);
    hold(executable.bytes());
    return executable;
  }

  private void hold(long bytes) {
    inUse += bytes;
    peak = Math.max(peak, inUse);
  }

  private void free(long bytes) {
    inUse -= bytes;
  }

  /** Of its doubles on the heap. */
  @Override
  public long peakBytes() {
    return peak;
  }

  private static ReferenceBuffer bound(Program program, Program.Binding wanted, Map<String, Buffer> bindings) {
    Buffer b = bindings.get(wanted.name());
    String what = "Program '" + program.name() + "': binding '" + wanted.name() + "' ";
    if (b == null) throw new IllegalArgumentException(what + "is missing.");
    if (!(b instanceof ReferenceBuffer r)) throw new IllegalArgumentException(what + "is memory of another device.");
    if (r.type() != wanted.type() || r.length() != wanted.length()) {
      throw new IllegalArgumentException(what + "must be " + wanted.length() + " " + wanted.type() + ", but is " + r.length() + " " + r.type() + ".");
    }
    return r;
  }

  private static void check(Program program, KernelCall c) {
    String what = "Program '" + program.name() + "': " + c.kernel().name() + " at " + c.label() + ": ";
    if (!(c.kernel() instanceof Operation op)) throw new UnsupportedKernel(what + "the reference device runs operations of the graph only.");
    if (c.accumulate() && !op.accumulates()) throw new UnsupportedKernel(what + "cannot accumulate.");
    for (int pass = 0; pass < 2; pass++) {
      for (Operand o : pass == 0 ? c.inputs() : c.outputs()) {
        boolean arena = o.binding() == Operand.ARENA;
        long end = o.offset() + o.length() * (arena ? o.type().bytes() : 1);
        long limit = arena ? program.arenaBytes() : program.bindings().get(o.binding()).length();
        if (o.offset() < 0 || end > limit) throw new IllegalArgumentException(what + "an operand ends at " + end + ", outside its memory of " + limit + ".");
        if (arena && o.offset() % 64 != 0) throw new IllegalArgumentException(what + "arena offset " + o.offset() + " is not a multiple of 64.");
        if (!arena && o.type() != program.bindings().get(o.binding()).type()) {
          throw new IllegalArgumentException(what + "an operand reads " + program.bindings().get(o.binding()) + " as " + o.type() + ".");
        }
      }
    }
    overlaps(what, c, op);
  }

  /**
   * A kernel may read and write in any order, so a result must lie apart from every operand, but for the one input that it may overwrite.
   * The definitions run on copies here and would hide this mistake.
   */
  private static void overlaps(String what, KernelCall c, Operation op) {
    for (int o = 0; o < c.outputs().size(); o++) {
      Operand out = c.outputs().get(o);
      for (int i = 0; i < c.inputs().size(); i++) {
        Operand in = c.inputs().get(i);
        boolean inPlace = !c.accumulate() && op.inPlace(o) == i && in.offset() == out.offset() && in.length() == out.length();
        if (overlap(in, out) && !inPlace) throw new IllegalArgumentException(what + "result " + o + " lies over input " + i + ", which the operation does not allow.");
      }
      for (int other = 0; other < o; other++) {
        if (overlap(c.outputs().get(other), out)) throw new IllegalArgumentException(what + "results " + other + " and " + o + " lie over each other.");
      }
    }
  }

  private static boolean overlap(Operand a, Operand b) {
    int unitA = a.binding() == Operand.ARENA ? a.type().bytes() : 1, unitB = b.binding() == Operand.ARENA ? b.type().bytes() : 1;
    return a.binding() == b.binding() && a.offset() < b.offset() + b.length() * unitB && b.offset() < a.offset() + a.length() * unitA;
  }

  @Override
  public void close() {}
}
