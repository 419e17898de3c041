package org.vulpes.graph.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.Operation;

/**
 * A program over doubles. Operands are copied out of their memory, defined apart, and copied back, so calls that work in place see their
 * inputs whole.
 */
final class ReferenceProgram implements Executable {
  /** One double for every 2 bytes of the arena: room for BF16 results; wider types use the first half of theirs. */
  private static final int UNIT = 2;

  private final Program program;
  private final ReferenceBuffer[] bindings;
  private final double[] arena;
  private final List<Call> calls = new ArrayList<>();
  private final LongConsumer closed;
  private final long bytes;
  private boolean open = true;

  /** A call with the arrays that its operation sees; arrays are shared between calls. */
  private record Call(KernelCall source, double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {}

  /** @param closed told the bytes that closing gives back */
  ReferenceProgram(Program program, ReferenceBuffer[] bindings, LongConsumer closed) {
    this.closed = closed;
    this.program = program;
    this.bindings = bindings;
    arena = new double[ReferenceDevice.array(program.arenaBytes() / UNIT)];
    var pool = new HashMap<Integer, List<double[]>>();
    for (KernelCall c : program.calls()) {
      var taken = new HashMap<Integer, Integer>();
      calls.add(new Call(c, arrays(c.inputs(), pool, taken), shapes(c.inputs()), arrays(c.outputs(), pool, taken), shapes(c.outputs())));
    }
    bytes = 8L * (arena.length + pool.values().stream().flatMap(List::stream).mapToLong(a -> a.length).sum());
  }

  /** Of the arena and of the arrays that operations see. */
  long bytes() {
    return bytes;
  }

  private static double[][] arrays(List<Operand> operands, Map<Integer, List<double[]>> pool, Map<Integer, Integer> taken) {
    return operands.stream().map(o -> {
      int length = ReferenceDevice.array(o.length());
      int nth = taken.merge(length, 1, Integer::sum) - 1;
      var arrays = pool.computeIfAbsent(length, _ -> new ArrayList<>());
      if (arrays.size() == nth) arrays.add(new double[length]);
      return arrays.get(nth);
    }).toArray(double[][]::new);
  }

  private static int[][] shapes(List<Operand> operands) {
    return operands.stream().map(Operand::shape).toArray(int[][]::new);
  }

  @Override
  public void run() {
    Arrays.fill(arena, Double.NaN);
    for (Call c : calls) run(c);
  }

  private void run(Call c) {
    List<Operand> in = c.source.inputs(), out = c.source.outputs();
    for (int i = 0; i < in.size(); i++) System.arraycopy(memory(in.get(i)), start(in.get(i)), c.inputs[i], 0, c.inputs[i].length);
    for (double[] o : c.outputs) Arrays.fill(o, 0);
    try {
      ((Operation) c.source.kernel()).define(c.inputs, c.inputShapes, c.outputs, c.outputShapes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Program '" + program.name() + "', " + c.source.label() + ": " + e.getMessage(), e);
    }
    for (int i = 0; i < out.size(); i++) {
      Operand o = out.get(i);
      double[] memory = memory(o);
      int start = start(o);
      for (int j = 0; j < c.outputs[i].length; j++) {
        double before = c.source.accumulate() ? memory[start + j] : 0;
        memory[start + j] = ReferenceBuffer.stored(o.type(), c.source.accumulate() ? before + c.outputs[i][j] : c.outputs[i][j]);
      }
    }
  }

  private double[] memory(Operand o) {
    return o.binding() == Operand.ARENA ? arena : bindings[o.binding()].values();
  }

  private static int start(Operand o) {
    return Math.toIntExact(o.binding() == Operand.ARENA ? o.offset() / UNIT : o.offset());
  }

  @Override
  public void close() {
    if (open) closed.accept(bytes);
    open = false;
  }
}
