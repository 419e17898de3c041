package org.vulpes.graph.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;

/** Keeps the steps that an assigned value depends on. */
public final class DropDead {
  private DropDead() {}

  public static void run(Plan plan) {
    var needed = Collections.newSetFromMap(new IdentityHashMap<Value, Boolean>());
    needed.addAll(plan.assigned.values());
    var kept = new ArrayList<Step>();
    for (Step s : plan.steps.reversed()) {
      if (s.outputs.stream().noneMatch(u -> needed.contains(u.value()))) continue;
      for (Step.Use u : s.inputs) needed.add(u.value());
      kept.add(s);
    }
    plan.steps.clear();
    plan.steps.addAll(kept.reversed());
  }
}
