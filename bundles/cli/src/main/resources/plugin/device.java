package @package@;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Operand;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.OwnKernels;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.graph.Operation;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Every operation by its float64 definition over float32 memory, on one thread: right and slow. Put your own kernels into {@link Calls#run(KernelCall)}, one kind of operation after the other. */
@Component
@Fills(slot = "device", use = "@name@")
public final class @class@ implements Plugin<DeviceProvider> {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT;
  private static final ValueLayout.OfInt I32 = ValueLayout.JAVA_INT;

  @Override
  public DeviceProvider create(Options options) {
    long most = options.whole("most-bytes", 1_000_000, Long.MAX_VALUE);
    return new DeviceProvider() {
      /** One sentence that says why it cannot be used on this machine, and what to do; empty when it can. */
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }

      @Override
      public Device open(int threads) {
        return new Opened(most);
      }
    };
  }

  /** Owns all memory; what is still open when it closes goes with it. */
  private static final class Opened implements Device {
    private final long most;
    private final Set<Values> buffers = new HashSet<>();
    private Arena planning = Arena.ofShared();
    /** Shared by all programs: what one leaves in it, another may write over. */
    private MemorySegment planned = MemorySegment.NULL;
    private long inUse;
    private long peak;

    Opened(long most) {
      this.most = most;
    }

    @Override
    public DeviceInfo info() {
      return new DeviceInfo("@name@", "float64 definitions over float32", "1", 1, 64);
    }

    void take(long bytes, String what) {
      if (bytes > most - inUse) throw new OutOfDeviceMemory("There is no memory for " + what + ": " + bytes + " bytes are wanted, " + inUse + " of device.@name@.most-bytes = " + most + " are in use.", null);
      inUse += bytes;
      peak = Math.max(peak, inUse);
    }

    void closed(Values buffer) {
      inUse -= buffer.memory.byteSize();
      buffers.remove(buffer);
    }

    @Override
    public Buffer allocate(DType type, long length) {
      if (type == DType.BF16) throw new UnsupportedKernel("Device '@name@' holds F32 and I32, not BF16.");
      take(4 * length, "a buffer of " + length + " " + type);
      var buffer = new Values(this, type, length);
      buffers.add(buffer);
      return buffer;
    }

    @Override
    public Executable prepare(Program program, Map<String, Buffer> bindings, List<KernelFamily> families) {
      for (KernelFamily f : families) {
        if (!(f instanceof OwnKernels)) throw new UnsupportedKernel("Device '@name@' cannot use kernels." + f.family() + " = " + f.name() + ", which is for another device.");
      }
      for (KernelCall c : program.calls()) {
        if (!(c.kernel() instanceof Operation op) || c.accumulate() && !op.accumulates()) throw new UnsupportedKernel("Device '@name@' has no kernel for " + c.kernel().name() + " at " + c.label() + ".");
      }
      var bound = new Values[program.bindings().size()];
      for (int i = 0; i < bound.length; i++) bound[i] = fitting(program, program.bindings().get(i), bindings);
      if (planned.byteSize() < program.arenaBytes()) {
        take(program.arenaBytes() - planned.byteSize(), "the planned memory of program '" + program.name() + "'");
        planning.close();
        planning = Arena.ofShared();
        planned = planning.allocate(program.arenaBytes(), 64);
      }
      return new Calls(this, program, bound);
    }

    private static Values fitting(Program program, Program.Binding wanted, Map<String, Buffer> bindings) {
      if (bindings.get(wanted.name()) instanceof Values v && v.type() == wanted.type() && v.length() == wanted.length()) return v;
      throw new IllegalArgumentException("Program '" + program.name() + "', binding '" + wanted.name() + "' must be " + wanted.length() + " " + wanted.type() + " of this device.");
    }

    @Override
    public long peakBytes() {
      return peak;
    }

    @Override
    public void close() {
      List.copyOf(buffers).forEach(Values::close);
      if (planning.scope().isAlive()) planning.close();
    }
  }

  /** Memory for one tensor. */
  private static final class Values implements Buffer {
    private final Opened device;
    private final DType type;
    private final Arena own = Arena.ofShared();
    final MemorySegment memory;

    Values(Opened device, DType type, long length) {
      this.device = device;
      this.type = type;
      memory = own.allocate(4 * length, 64);
    }

    @Override
    public DType type() {
      return type;
    }

    @Override
    public long length() {
      return memory.byteSize() / 4;
    }

    @Override
    public void write(long offset, float[] source, int from, int count) {
      MemorySegment.copy(source, from, memory, F32, 4 * offset, count);
    }

    @Override
    public void write(long offset, double[] source, int from, int count) {
      Objects.checkFromIndexSize(offset, count, length());
      for (int i = 0; i < count; i++) memory.setAtIndex(F32, offset + i, (float) source[from + i]);
    }

    @Override
    public void write(long offset, int[] source, int from, int count) {
      MemorySegment.copy(source, from, memory, I32, 4 * offset, count);
    }

    @Override
    public void read(long offset, float[] target, int from, int count) {
      MemorySegment.copy(memory, F32, 4 * offset, target, from, count);
    }

    @Override
    public void read(long offset, double[] target, int from, int count) {
      Objects.checkFromIndexSize(offset, count, length());
      for (int i = 0; i < count; i++) target[from + i] = memory.getAtIndex(F32, offset + i);
    }

    @Override
    public void read(long offset, int[] target, int from, int count) {
      MemorySegment.copy(memory, I32, 4 * offset, target, from, count);
    }

    @Override
    public void copyFrom(Buffer source) {
      if (!(source instanceof Values v) || v.type != type || v.length() != length()) throw new IllegalArgumentException("A buffer takes over one of the same device, type and length only.");
      memory.copyFrom(v.memory);
    }

    @Override
    public void clear() {
      memory.fill((byte) 0);
    }

    @Override
    public void close() {
      if (!own.scope().isAlive()) return;
      device.closed(this);
      own.close();
    }
  }

  /** A program: its calls in their order. */
  private record Calls(Opened device, Program program, Values[] bound) implements Executable {
    @Override
    public void run() {
      for (KernelCall c : program.calls()) run(c);
    }

    private void run(KernelCall c) {
      double[][] in = c.inputs().stream().map(this::read).toArray(double[][]::new);
      double[][] out = c.outputs().stream().map(o -> new double[Math.toIntExact(o.length())]).toArray(double[][]::new);
      ((Operation) c.kernel()).define(in, shapes(c.inputs()), out, shapes(c.outputs()));
      for (int i = 0; i < out.length; i++) write(c.outputs().get(i), out[i], c.accumulate());
    }

    private static int[][] shapes(List<Operand> operands) {
      return operands.stream().map(Operand::shape).toArray(int[][]::new);
    }

    /** Offsets are bytes in the planned memory and elements in a binding. */
    private MemorySegment memory(Operand o) {
      boolean arena = o.binding() == Operand.ARENA;
      return (arena ? device.planned : bound[o.binding()].memory).asSlice(arena ? o.offset() : 4 * o.offset(), 4 * o.length());
    }

    private double[] read(Operand o) {
      MemorySegment m = memory(o);
      var out = new double[Math.toIntExact(o.length())];
      for (int i = 0; i < out.length; i++) out[i] = o.type() == DType.I32 ? (double) m.getAtIndex(I32, i) : (double) m.getAtIndex(F32, i);
      return out;
    }

    private void write(Operand o, double[] values, boolean add) {
      MemorySegment m = memory(o);
      for (int i = 0; i < values.length; i++) {
        if (o.type() == DType.I32) m.setAtIndex(I32, i, (int) values[i]);
        else m.setAtIndex(F32, i, (float) (add ? m.getAtIndex(F32, i) + values[i] : values[i]));
      }
    }

    @Override
    public void close() {}
  }
}
