package org.vulpes.graph.internal;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets the step that makes an assigned value write into the variable's own memory. Safe where every reader of the old value comes before
 * the first write of the block that the new value lies in, or is that very step reading through the input that it may overwrite.
 */
public final class WriteThrough {
  private WriteThrough() {}

  public static void run(Plan plan) {
    var readers = plan.readers();
    var firstWriter = new IdentityHashMap<Block, Integer>();
    var output = new IdentityHashMap<Block, Integer>();
    for (int i = 0; i < plan.steps.size(); i++) {
      List<Step.Use> outputs = plan.steps.get(i).outputs;
      for (int o = 0; o < outputs.size(); o++) {
        if (firstWriter.putIfAbsent(outputs.get(o).value().block(), i) == null) output.put(outputs.get(o).value().block(), o);
      }
    }
    for (Map.Entry<Value, Value> e : plan.assigned.entrySet()) {
      Value old = e.getKey();
      Block block = e.getValue().block();
      if (!block.inArena()) continue;
      int writer = firstWriter.get(block);
      if (safe(plan, old, readers.getOrDefault(old, Collections.emptyList()), writer, output.get(block))) block.moveTo(old.block().binding());
    }
  }

  private static boolean safe(Plan plan, Value old, List<Integer> readers, int writer, int output) {
    for (int r : readers) {
      if (r > writer) return false;
      if (r < writer) continue;
      Step s = plan.steps.get(writer);
      int in = s.operation.inPlace(output);
      if (s.base != null || in < 0 || s.inputs.get(in).value() != old || s.reads(old) > 1) return false;
    }
    return true;
  }
}
