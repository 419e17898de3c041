package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.Program;

/**
 * Joins steps that an entry computes together. They run where the last of them stood; what stands between and needs their results moves behind. Refused where that would
 * change what anybody reads.
 */
final class Fusion {
  private final Program program;
  private final Choice choice;
  private final ClFacts facts;
  private final Tuning tuning;

  private Fusion(Program program, Choice choice, ClFacts facts, Tuning tuning) {
    this.program = program;
    this.choice = choice;
    this.facts = facts;
    this.tuning = tuning;
  }

  /** One task a step or a group of steps, in the order of execution. @throws org.vulpes.compute.UnsupportedKernel when no text computes a step */
  static List<Task> tasks(Program program, Choice choice, ClFacts facts, Tuning tuning) {
    var fusion = new Fusion(program, choice, facts, tuning);
    List<Step> steps = new ArrayList<>(Step.of(program));
    var groups = new ArrayList<Task>();
    for (int i = 0; i < steps.size(); i++) {
      Task group = fusion.groupFrom(steps, i, groups);
      if (group == null) continue;
      groups.add(group);
      move(steps, i, group);
      // Another step stands here now.
      i--;
    }
    var tasks = new ArrayList<Task>();
    for (Step s : steps) {
      Task group = groups.stream().filter(g -> g.steps.contains(s)).findFirst().orElse(null);
      if (group == null) tasks.add(fusion.single(s));
      else if (group.steps.getLast() == s) tasks.add(group);
    }
    return tasks;
  }

  private Task single(Step step) {
    for (KernelText text : choice.texts(step.call.kernel())) {
      for (KernelText.Entry e : text.entries()) {
        if (e.fused()) continue;
        Map<String, List<Step.Use>> operands = step.fit(e.match().getFirst(), Map.of());
        if (operands == null) continue;
        Task task = tuning.tuned(new Task(e, List.of(step), operands, facts, Map.of()));
        if (Failures.in(e, () -> e.when() == null || e.when().holds(task))) return task;
      }
    }
    throw Failures.unsupported(program, step.call, choice, facts);
  }

  private Task groupFrom(List<Step> steps, int first, List<Task> taken) {
    for (KernelText text : choice.every()) {
      for (KernelText.Entry e : text.entries()) {
        if (!e.fused() || !e.match().getFirst().kernel().equals(steps.get(first).call.kernel().name())) continue;
        if (taken.stream().anyMatch(t -> t.steps.contains(steps.get(first)))) return null;
        Task task = match(e, text, steps, first, taken);
        if (task != null && legal(steps, first, task, taken)) return task;
      }
    }
    return null;
  }

  private Task match(KernelText.Entry e, KernelText text, List<Step> steps, int first, List<Task> taken) {
    var members = new ArrayList<Step>();
    Map<String, List<Step.Use>> operands = Map.of();
    int at = first;
    for (KernelText.Statement s : e.match()) {
      Step found = null;
      for (; at < steps.size() && found == null; at++) {
        Step candidate = steps.get(at);
        if (taken.stream().anyMatch(t -> t.steps.contains(candidate))) continue;
        boolean linked = members.isEmpty() || s.inputs().stream().anyMatch(operands::containsKey);
        Map<String, List<Step.Use>> named = linked ? candidate.fit(s, operands) : null;
        if (named == null || !choice.texts(candidate.call.kernel()).contains(text)) {
          // The first statement is this step or none.
          if (members.isEmpty()) return null;
          continue;
        }
        operands = named;
        found = candidate;
      }
      if (found == null) return null;
      members.add(found);
    }
    Task task = tuning.tuned(new Task(e, List.copyOf(members), operands, facts, Map.of()));
    if (!Failures.in(e, () -> e.when() == null || e.when().holds(task))) return null;
    for (var over : e.inPlace().entrySet()) {
      // Only where the program itself has given the result the operand's memory does nobody read the operand any more.
      if (task.use(over.getKey(), 0).value().previous != task.use(over.getValue(), 0).value()) return null;
    }
    for (String name : e.unwritten()) {
      Value v = task.use(name, 0).value();
      if (v.bound() || !members.containsAll(v.readers)) return null;
    }
    return overwritesUnasked(task) ? null : task;
  }

  /** Whether a result would lie where one of the operands does, which the kernels of a joined entry do not expect unless it says so. */
  private static boolean overwritesUnasked(Task task) {
    for (int s = 0; s < task.steps.size(); s++) {
      for (String name : task.entry.match().get(s).results()) {
        Value v = task.use(name, 0).value();
        if (!v.bound() || v.previous == null || task.entry.unwritten().contains(name) || task.entry.inPlace().containsKey(name)) continue;
        if (task.steps.stream().anyMatch(step -> step.inputs.stream().anyMatch(u -> u.value() == v.previous))) return true;
      }
    }
    return false;
  }

  /** Steps between the first and the last that read, directly or not, what members before the last have written. */
  private static Set<Step> dependents(List<Step> steps, int first, Task task) {
    var written = new HashSet<Value>();
    var out = new HashSet<Step>();
    int last = steps.indexOf(task.steps.getLast());
    for (int i = first; i < last; i++) {
      Step s = steps.get(i);
      boolean member = task.steps.contains(s);
      if (!member && s.inputs.stream().noneMatch(u -> written.contains(u.value())) && s.outputs.stream().noneMatch(u -> u.value().previous != null && written.contains(u.value().previous))) continue;
      if (!member) out.add(s);
      for (Step.Use u : s.outputs) written.add(u.value());
    }
    return out;
  }

  private static boolean legal(List<Step> steps, int first, Task task, List<Task> taken) {
    Set<Step> behind = dependents(steps, first, task);
    int last = steps.indexOf(task.steps.getLast());
    for (Step member : task.steps) for (Step d : behind) if (needs(member, d)) return false;
    // A group that was made before must stay together.
    Set<Step> range = new HashSet<>(steps.subList(first, last + 1));
    for (Task t : taken) {
      boolean inside = t.steps.stream().anyMatch(range::contains);
      if (inside && !(range.containsAll(t.steps) && (behind.containsAll(t.steps) || t.steps.stream().noneMatch(behind::contains)))) return false;
    }
    for (int i = first; i <= last; i++) {
      Step s = steps.get(i);
      boolean member = task.steps.contains(s);
      // Members run after what stays between, and what moves behind runs after both: none may find its inputs written over.
      for (int j = i + 1; j <= last; j++) {
        Step later = steps.get(j);
        boolean laterMember = task.steps.contains(later);
        if (member && !laterMember && !behind.contains(later) && overwritesWhatIsRead(later, s)) return false;
        if (behind.contains(s) && !behind.contains(later) && overwritesWhatIsRead(later, s)) return false;
      }
    }
    return true;
  }

  /** Whether a step reads, or adds to, what another has written. */
  private static boolean needs(Step reader, Step writer) {
    return writer.outputs.stream().anyMatch(w -> reader.inputs.stream().anyMatch(u -> u.value() == w.value()) || reader.outputs.stream().anyMatch(u -> u.value().previous == w.value()));
  }

  private static boolean overwritesWhatIsRead(Step writer, Step reader) {
    for (Step.Use out : writer.outputs) {
      Value w = out.value();
      for (Step.Use in : reader.inputs) if (w.previous == in.value() || w.bound() && w.binding == in.value().binding) return true;
      for (Step.Use in : reader.outputs) if (w.previous != null && w.previous == in.value().previous || w.bound() && w.binding == in.value().binding) return true;
    }
    return false;
  }

  /** Takes the members and what depends on them behind the rest. */
  private static void move(List<Step> steps, int first, Task task) {
    Set<Step> behind = dependents(steps, first, task);
    int last = steps.indexOf(task.steps.getLast());
    var stay = new ArrayList<Step>();
    var moved = new ArrayList<Step>();
    for (int i = first; i <= last; i++) {
      Step s = steps.get(i);
      if (task.steps.contains(s)) continue;
      if (behind.contains(s)) moved.add(s);
      else stay.add(s);
    }
    List<Step> range = steps.subList(first, last + 1);
    range.clear();
    range.addAll(stay);
    range.addAll(task.steps);
    range.addAll(moved);
  }
}
