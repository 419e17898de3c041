package org.vulpes.graph.internal;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.graph.operations.Add;

/**
 * Turns {@code grad ← grad + (r += op(…))} into {@code grad ← grad + r; grad += op(…)}: the sum stands right behind what makes r, and later contributions are added to the
 * variable's own memory. r then lives for one step instead of most of a backward pass. With a tied embedding r is the head's gradient, as large as the vocabulary, and a
 * device may compute it into the variable at once. Comes behind {@link Accumulate}.
 */
final class EarlySum {
  private final Plan plan;
  private final Map<Value, List<Integer>> readers;
  private final Map<Value, Integer> producer = new IdentityHashMap<>();

  private EarlySum(Plan plan) {
    this.plan = plan;
    readers = plan.readers();
    for (int i = 0; i < plan.steps.size(); i++) for (Step.Use u : plan.steps.get(i).outputs) producer.put(u.value(), i);
  }

  /** @return whether anything was moved */
  static boolean run(Plan plan) {
    var pass = new EarlySum(plan);
    boolean moved = false;
    for (int i = 0; i < plan.steps.size(); i++) {
      if (!pass.move(i)) continue;
      // Steps have other numbers now. The one that came to stand at i is looked at too, as it was before.
      pass = new EarlySum(plan);
      moved = true;
    }
    return moved;
  }

  private boolean move(int at) {
    Step sum = plan.steps.get(at);
    if (!(sum.operation instanceof Add) || sum.base != null) return false;
    Value variable = sum.inputs.get(0).value(), total = sum.inputs.get(1).value(), result = sum.outputs.getFirst().value();
    if (variable.block().inArena() || plan.assigned.get(variable) != result || plan.assigned.containsValue(total)) return false;

    var chain = new ArrayList<Step>();
    Value root = total;
    for (int reader = at; ; ) {
      Integer made = producer.get(root);
      if (made == null || !readers.get(root).equals(List.of(reader))) return false;
      Step s = plan.steps.get(made);
      if (s.base == null) break;
      if (s.outputs.size() != 1 || s.reads(s.base) > 1) return false;
      chain.addFirst(s);
      reader = made;
      root = s.base;
    }
    int first = producer.get(root);
    if (chain.isEmpty()) return false;
    for (int r : readers.get(variable)) if (r != at && r > first) return false;

    int[] shape = sum.inputs.get(1).shape();
    Value early = plan.result(root.type, root.length);
    var add = new Step(sum.operation, List.of(sum.inputs.get(0), new Step.Use(root, shape)), List.of(new Step.Use(early, shape)), sum.label);
    Value base = early;
    for (Step s : chain) {
      Value out = s == chain.getLast() ? result : plan.result(root.type, root.length);
      s.base = base;
      s.outputs.set(0, new Step.Use(out, s.outputs.getFirst().shape()));
      out.block().mergeInto(early.block());
      base = out;
    }
    plan.steps.remove(at);
    plan.steps.add(first + 1, add);
    return true;
  }
}
