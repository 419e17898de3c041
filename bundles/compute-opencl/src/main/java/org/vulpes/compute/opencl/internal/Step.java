package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;

/** A call over values. */
final class Step {
  /** A value under the sizes with which a call sees it. */
  record Use(Value value, int[] shape) {
    int columns() {
      return shape.length == 0 ? 1 : shape[shape.length - 1];
    }

    long rows() {
      return value.length / Math.max(1, columns());
    }
  }

  final KernelCall call;
  final List<Use> inputs = new ArrayList<>();
  final List<Use> outputs = new ArrayList<>();

  private Step(KernelCall call) {
    this.call = call;
  }

  /** Memory of a program at the time of a call: an operand names a version of it. */
  private record Location(int binding, long offset) {}

  /** The calls of a program, with the values that its memory plan had laid over each other taken apart again. */
  static List<Step> of(Program program) {
    var current = new HashMap<Location, Value>();
    var steps = new ArrayList<Step>();
    for (KernelCall call : program.calls()) {
      var step = new Step(call);
      for (Operand o : call.inputs()) {
        Value v = current.get(new Location(o.binding(), o.offset()));
        if (v == null || v.length != o.length()) {
          if (o.binding() == Operand.ARENA) throw new IllegalArgumentException(place(program, call) + "an input was not written before.");
          v = new Value(o, whole(program, o), null);
          current.put(new Location(o.binding(), o.offset()), v);
        }
        v.readers.add(step);
        step.inputs.add(new Use(v, o.shape()));
      }
      var written = new ArrayList<Use>();
      for (Operand o : call.outputs()) {
        Value before = current.get(new Location(o.binding(), o.offset()));
        boolean same = before != null && before.length == o.length() && (call.accumulate() || step.inputs.stream().anyMatch(u -> u.value() == before));
        Value base = same ? before : null;
        if (call.accumulate()) {
          if (base == null && o.binding() == Operand.ARENA) throw new IllegalArgumentException(place(program, call) + "adds to memory that was not written before.");
          if (base == null) base = new Value(o, whole(program, o), null);
          base.readers.add(step);
        }
        written.add(new Use(new Value(o, whole(program, o), base), o.shape()));
      }
      for (int i = 0; i < written.size(); i++) {
        Operand o = call.outputs().get(i);
        if (o.binding() == Operand.ARENA) current.entrySet().removeIf(e -> covers(o, e.getKey(), e.getValue()));
        current.put(new Location(o.binding(), o.offset()), written.get(i).value());
      }
      step.outputs.addAll(written);
      steps.add(step);
    }
    return steps;
  }

  /** Whether writing the operand destroys what lies at an arena location. */
  private static boolean covers(Operand written, Location at, Value there) {
    return at.binding == Operand.ARENA && at.offset < written.offset() + written.length() * written.type().bytes()
        && written.offset() < at.offset + there.length * there.type.bytes();
  }

  private static boolean whole(Program program, Operand o) {
    return o.binding() == Operand.ARENA || o.offset() == 0 && o.length() == program.bindings().get(o.binding()).length();
  }

  static String place(Program program, KernelCall call) {
    return "Program '" + program.name() + "', kernel '" + call.kernel().name() + "' (" + call.label() + "): ";
  }

  /** The names that a statement gives to this call's operands, added to those given before; null when it does not fit. */
  Map<String, List<Use>> fit(KernelText.Statement s, Map<String, List<Use>> before) {
    if (!call.kernel().name().equals(s.kernel()) || outputs.size() != s.results().size()) return null;
    int fixed = s.inputs().size() - (s.variadic() ? 1 : 0);
    if (s.variadic() ? inputs.size() < fixed : inputs.size() != fixed) return null;
    var names = new HashMap<>(before);
    for (int i = 0; i < fixed; i++) if (!name(names, s.inputs().get(i), List.of(inputs.get(i)))) return null;
    if (s.variadic() && !name(names, s.inputs().getLast(), inputs.subList(fixed, inputs.size()))) return null;
    for (int i = 0; i < outputs.size(); i++) if (!name(names, s.results().get(i), List.of(outputs.get(i)))) return null;
    return names;
  }

  private static boolean name(Map<String, List<Use>> names, String name, List<Use> uses) {
    List<Use> known = names.putIfAbsent(name, uses);
    if (known == null) return true;
    if (known.size() != uses.size()) return false;
    for (int i = 0; i < known.size(); i++) if (known.get(i).value() != uses.get(i).value()) return false;
    return true;
  }
}
