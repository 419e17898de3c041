package org.vulpes.graph.internal;

import java.util.Collections;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.Multiply;

/** Lets a result take over the arena memory of an input that its operation may overwrite ({@code Operation.inPlace}) and nobody reads later. */
public final class InPlace {
  private InPlace() {}

  public static void run(Plan plan) {
    plan.measureLives();
    for (int i = 0; i < plan.steps.size(); i++) {
      Step s = plan.steps.get(i);
      if (s.base != null) continue;
      for (int o = 0; o < s.outputs.size(); o++) {
        int in = s.operation.inPlace(o);
        if (in < 0) continue;
        if (take(s, i, o, in)) continue;
        // Both read their inputs alike: where the second one dies instead, it is written over.
        boolean symmetric = s.operation instanceof Add || s.operation instanceof Multiply;
        if (symmetric && take(s, i, o, 1 - in)) Collections.swap(s.inputs, 0, 1);
      }
    }
  }

  private static boolean take(Step s, int at, int output, int input) {
    Value from = s.inputs.get(input).value(), to = s.outputs.get(output).value();
    Block dying = from.block(), fresh = to.block();
    if (!dying.inArena() || !fresh.inArena() || dying.last != at || dying == fresh || dying.bytes != fresh.bytes || from.type != to.type) return false;
    int touched = 0;
    for (Step.Use u : s.inputs) if (u.value().block() == dying) touched++;
    for (Step.Use u : s.outputs) if (u.value().block() == dying) touched++;
    if (touched > 1) return false;
    int last = fresh.last;
    fresh.mergeInto(dying);
    dying.last = last;
    return true;
  }
}
