package org.vulpes.graph.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.graph.operations.Add;

/**
 * Turns {@code z = a + op(…)} into op adding its result to a's memory, so that sums of gradients cost no pass of their own. Needs: op can
 * accumulate, its result has no other reader, a is there before op runs, and nobody but the sum reads a from then on. A variable may be
 * a only where z is its new value ({@code grad ← grad + dW}).
 */
public final class Accumulate {
  private final Plan plan;
  private final Map<Value, List<Integer>> readers;
  private final Map<Value, Integer> producer = new IdentityHashMap<>();
  private final Set<Value> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
  private final boolean[] dropped;

  private Accumulate(Plan plan) {
    this.plan = plan;
    readers = plan.readers();
    wanted.addAll(plan.assigned.values());
    dropped = new boolean[plan.steps.size()];
    for (int i = 0; i < plan.steps.size(); i++) for (Step.Use u : plan.steps.get(i).outputs) producer.put(u.value(), i);
  }

  public static void run(Plan plan) {
    fuse(plan);
    // A sum that was moved forward stands behind what may be able to add its result itself.
    if (EarlySum.run(plan)) fuse(plan);
  }

  private static void fuse(Plan plan) {
    var pass = new Accumulate(plan);
    for (int i = 0; i < plan.steps.size(); i++) {
      Step s = plan.steps.get(i);
      if (!(s.operation instanceof Add) || s.base != null) continue;
      Value a = s.inputs.get(0).value(), b = s.inputs.get(1).value();
      if (!pass.fuse(i, a, b)) pass.fuse(i, b, a);
    }
    var kept = new ArrayList<Step>();
    for (int i = 0; i < plan.steps.size(); i++) if (!pass.dropped[i]) kept.add(plan.steps.get(i));
    plan.steps.clear();
    plan.steps.addAll(kept);
  }

  private boolean fuse(int sum, Value a, Value b) {
    Integer at = producer.get(b);
    if (at == null || a == b || a.type != b.type) return false;
    Step add = plan.steps.get(sum), op = plan.steps.get(at);
    Value z = add.outputs.getFirst().value();
    if (!op.operation.accumulates() || op.outputs.size() != 1 || op.base != null || op.reads(a) > 0) return false;
    if (wanted.contains(a) || wanted.contains(b) || readers.get(b).size() != 1) return false;
    if (a.block().inArena() ? producer.get(a) >= at : !becomes(a, z)) return false;
    for (int r : readers.get(a)) if (r != sum && r > at) return false;

    op.base = a;
    op.outputs.set(0, new Step.Use(z, op.outputs.getFirst().shape()));
    z.block().mergeInto(a.block());
    producer.put(z, at);
    dropped[sum] = true;
    // The sum's reading of a is op's now; the list stays in order, as nobody reads a after op.
    readers.get(a).remove((Integer) sum);
    readers.get(a).add(at);
    return true;
  }

  /** Whether z is a variable's new value, or what further contributions are added to until it is. */
  private boolean becomes(Value variable, Value z) {
    Value assigned = plan.assigned.get(variable);
    return assigned == z || assigned != null && assigned.block() == z.block();
  }
}
