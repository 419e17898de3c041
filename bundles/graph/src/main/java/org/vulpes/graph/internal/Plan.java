package org.vulpes.graph.internal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.Operation;
import org.vulpes.graph.operations.Scale;

/**
 * A graph on its way to a program: steps in order, over values that are each written once. Passes take steps away and let values share
 * memory; what is computed stays the same.
 */
public final class Plan {
  final List<Step> steps = new ArrayList<>();
  /** What each assigned variable shall hold at the end: its value at the start → the new value. In the order of assignment. */
  final Map<Value, Value> assigned = new LinkedHashMap<>();
  private final List<Program.Binding> bindings = new ArrayList<>();

  /** Memory of the caller, as it is at the start. */
  public Value binding(String name, DType type, long length) {
    bindings.add(new Program.Binding(name, type, length));
    return new Value(type, length, bindings.size() - 1);
  }

  public Value result(DType type, long length) {
    return new Value(type, length, Operand.ARENA);
  }

  public void step(Operation operation, List<Value> inputs, List<int[]> inputShapes, List<Value> outputs, List<int[]> outputShapes, String label) {
    steps.add(new Step(operation, uses(inputs, inputShapes), uses(outputs, outputShapes), label));
  }

  private static List<Step.Use> uses(List<Value> values, List<int[]> shapes) {
    var uses = new ArrayList<Step.Use>();
    for (int i = 0; i < values.size(); i++) uses.add(new Step.Use(values.get(i), shapes.get(i)));
    return uses;
  }

  /** Called once for each assigned variable, after all steps. */
  public void assign(Value variable, Value value) {
    if (variable != value) assigned.put(variable, value);
  }

  /**
   * Saves the old contents of variables that are both assigned and the new value of another (a swap of two variables): after this, no
   * assigned value is the start of an assigned variable.
   */
  public void saveOldValues() {
    for (var e : assigned.entrySet()) {
      if (!assigned.containsKey(e.getValue())) continue;
      Value saved = result(e.getValue().type, e.getValue().length);
      copy(e.getValue(), saved);
      e.setValue(saved);
    }
  }

  /** Copies, at the end, the assigned values that do not lie in their variable's memory yet. */
  public void copyAssigned() {
    for (var e : assigned.entrySet()) {
      int home = e.getKey().block().binding();
      if (e.getValue().block().binding() == home) continue;
      copy(e.getValue(), new Value(e.getKey().type, e.getKey().length, home));
    }
  }

  private void copy(Value from, Value to) {
    if (from.type != DType.F32) {
      int home = to.block().binding();
      throw new UnsupportedOperationException("Assigning " + (home < 0 ? "a value" : "to '" + bindings.get(home).name() + "'") + " of type " + from.type
          + " needs a copy, which is offered for F32 only.");
    }
    int[] shape = {Math.toIntExact(from.length)};
    // Times 1 keeps every bit, infinities and NaN included.
    step(new Scale(1), List.of(from), List.of(shape), List.of(to), List.of(shape), "assign");
  }

  /** The steps that read each value, in order, by their index; a step that reads it twice is listed once. Values nobody reads are absent. */
  Map<Value, List<Integer>> readers() {
    var readers = new IdentityHashMap<Value, List<Integer>>();
    for (int i = 0; i < steps.size(); i++) {
      Step s = steps.get(i);
      for (Step.Use u : s.inputs) note(readers, u.value(), i);
      if (s.base != null) note(readers, s.base, i);
    }
    return readers;
  }

  private static void note(Map<Value, List<Integer>> readers, Value v, int i) {
    var list = readers.computeIfAbsent(v, _ -> new ArrayList<>());
    if (list.isEmpty() || list.getLast() != i) list.add(i);
  }

  /** Sets first and last step of every arena block, and lists the blocks in the order of their first step. */
  List<Block> measureLives() {
    var seen = new IdentityHashMap<Block, Boolean>();
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < steps.size(); i++) {
      Step s = steps.get(i);
      for (Step.Use u : s.inputs) u.value().block().last = i;
      for (Step.Use u : s.outputs) {
        Block b = u.value().block();
        if (!b.inArena()) continue;
        if (seen.put(b, true) == null) {
          b.first = i;
          blocks.add(b);
        }
        b.last = i;
      }
    }
    return blocks;
  }

  /** Writes the plan down; bindings that no call touches are left out. */
  public Program program(String name, long arenaBytes) {
    var number = new int[bindings.size()];
    var used = new ArrayList<Program.Binding>();
    for (Step s : steps) {
      for (Step.Use u : s.inputs) mark(number, u);
      for (Step.Use u : s.outputs) mark(number, u);
    }
    for (int i = 0; i < number.length; i++) {
      if (number[i] == 0) continue;
      number[i] = used.size();
      used.add(bindings.get(i));
    }
    var calls = new ArrayList<KernelCall>();
    for (Step s : steps) calls.add(new KernelCall(s.operation, operands(number, s.inputs), operands(number, s.outputs), s.base != null, s.label));
    return new Program(name, used, calls, arenaBytes);
  }

  private static void mark(int[] number, Step.Use u) {
    Block b = u.value().block();
    if (!b.inArena()) number[b.binding()] = 1;
  }

  private static List<Operand> operands(int[] number, List<Step.Use> uses) {
    var operands = new ArrayList<Operand>();
    for (Step.Use u : uses) {
      Block b = u.value().block();
      operands.add(b.inArena() ? new Operand(Operand.ARENA, b.offset, u.value().type, u.shape())
          : new Operand(number[b.binding()], 0, u.value().type, u.shape()));
    }
    return operands;
  }
}
