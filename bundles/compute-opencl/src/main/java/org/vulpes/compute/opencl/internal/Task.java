package org.vulpes.compute.opencl.internal;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.Kernel;

/** One or several steps that an entry of a kernel text computes, and what names mean in its expressions. */
final class Task implements Expression.Scope {
  final KernelText.Entry entry;
  final List<Step> steps;
  /** What the statements call the operands; one use each, but for a variadic operand. */
  final Map<String, List<Step.Use>> operands;
  private final ClFacts facts;
  private final Map<String, Long> tuned;
  private final Map<String, Number> known = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private long i = -1;

  /** @param tuned parameters by name; those that are absent have their default */
  Task(KernelText.Entry entry, List<Step> steps, Map<String, List<Step.Use>> operands, ClFacts facts, Map<String, Long> tuned) {
    this.entry = entry;
    this.steps = steps;
    this.operands = operands;
    this.facts = facts;
    this.tuned = tuned;
  }

  Task with(Map<String, Long> parameters) {
    return new Task(entry, steps, operands, facts, parameters);
  }

  Map<String, Long> tuned() {
    return tuned;
  }

  /** Sets {@code i} of repeated launches; -1: there is none. */
  void repetition(long number) {
    i = number;
  }

  long repetition() {
    return i;
  }

  /** The value that a name stands for. @param index of a variadic operand */
  Step.Use use(String name, int index) {
    List<Step.Use> uses = operands.get(name);
    if (uses == null) throw new IllegalArgumentException("there is no operand '" + name + "'");
    int at = Math.max(0, index);
    if (at >= uses.size()) throw new IllegalArgumentException("'" + name + "' has " + uses.size() + " operands, not one of number " + at);
    return uses.get(at);
  }

  @Override
  public Number operand(String function, String name, int index, long argument) {
    Step.Use use = use(name, index);
    return switch (function) {
      case "rows" -> use.rows();
      case "columns" -> (long) use.columns();
      case "length" -> use.value().length;
      case "dim" -> (long) use.shape()[Math.toIntExact(argument)];
      case "before" -> operands.get(name).subList(0, Math.max(0, index)).stream().mapToLong(Step.Use::columns).sum();
      default -> throw new IllegalArgumentException("there is no function '" + function + "' of operands; there are rows, columns, length, dim, before");
    };
  }

  @Override
  public Number name(String name) {
    if (name.equals("i")) {
      if (i < 0) throw new IllegalArgumentException("'i' is known in repeated launches only");
      return i;
    }
    Number n = known.get(name);
    if (n == null) {
      if (!open.add(name)) throw new IllegalArgumentException("'" + name + "' is defined by itself");
      n = find(name);
      open.remove(name);
      // A let that uses i is another number each time.
      if (i < 0) known.put(name, n);
    }
    return n;
  }

  private Number find(String name) {
    Expression let = entry.let().get(name);
    if (let != null) return let.number(this);
    if (entry.tune().containsKey(name)) return tuned.getOrDefault(name, entry.tune().get(name).standard());
    if (name.equals("inputs")) return (long) steps.getFirst().inputs.size();
    int dot = name.indexOf('.');
    for (int s = 0; s < steps.size(); s++) {
      boolean named = dot >= 0 && entry.match().get(s).results().contains(name.substring(0, dot));
      Number n = attribute(steps.get(s), named ? name.substring(dot + 1) : name);
      if (n != null) return n;
    }
    Number n = fact(facts, name);
    if (n != null) return n;
    throw new IllegalArgumentException("there is no '" + name + "'");
  }

  private static Number attribute(Step step, String name) {
    if (name.equals("accumulate")) return step.call.accumulate() ? 1L : 0L;
    return attribute(step.call.kernel(), name);
  }

  /** Where a kernel is described by other ones (a gradient by its operation), their attributes too: of the first that has such a one, or with the component's name before it. */
  private static Number attribute(Kernel kernel, String name) {
    RecordComponent[] components = kernel.getClass().getRecordComponents();
    if (components == null) return null;
    for (RecordComponent c : components) if (c.getName().equals(name)) return number(read(kernel, c.getAccessor()));
    for (RecordComponent c : components) {
      if (!c.getType().isEnum()) continue;
      for (Object constant : c.getType().getEnumConstants()) if (((Enum<?>) constant).name().equals(name)) return (long) ((Enum<?>) constant).ordinal();
    }
    for (RecordComponent c : components) {
      if (!Kernel.class.isAssignableFrom(c.getType())) continue;
      String own = name.startsWith(c.getName() + ".") ? name.substring(c.getName().length() + 1) : name;
      Number inner = attribute((Kernel) read(kernel, c.getAccessor()), own);
      if (inner != null) return inner;
    }
    return null;
  }

  private static Object read(Kernel kernel, Method accessor) {
    try {
      accessor.setAccessible(true);
      return accessor.invoke(kernel);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Number number(Object value) {
    return switch (value) {
      case Boolean b -> b ? 1L : 0L;
      case Integer n -> (long) n;
      case Long n -> n;
      case Float x -> (double) x;
      case Double x -> x;
      case Enum<?> e -> (long) e.ordinal();
      default -> null;
    };
  }

  /** What expressions may know of a device; null for another name. */
  static Number fact(ClFacts facts, String name) {
    return switch (name) {
      case "cpu" -> facts.gpu() ? 0L : 1L;
      case "gpu" -> facts.gpu() ? 1L : 0L;
      case "nvidia" -> facts.nvidia() ? 1L : 0L;
      case "bf16" -> facts.precision() == Precision.BF16 ? 1L : 0L;
      case "units" -> (long) facts.units();
      case "floats" -> (long) facts.floatWidth();
      case "maxGroup" -> facts.maxGroup();
      case "localBytes" -> facts.localBytes();
      case "align" -> facts.alignment();
      case "subgroups" -> facts.extensions().contains("cl_khr_subgroups") ? 1L : 0L;
      default -> null;
    };
  }

  /** A scope of the device alone. */
  static Expression.Scope of(ClFacts facts) {
    return new Expression.Scope() {
      @Override
      public Number name(String name) {
        Number n = fact(facts, name);
        if (n == null) throw new IllegalArgumentException("a device has no '" + name + "'");
        return n;
      }

      @Override
      public Number operand(String function, String operand, int index, long argument) {
        throw new IllegalArgumentException("there are no operands here");
      }
    };
  }
}
