package org.vulpes.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Program;
import org.vulpes.graph.internal.Accumulate;
import org.vulpes.graph.internal.Arena;
import org.vulpes.graph.internal.DropDead;
import org.vulpes.graph.internal.InPlace;
import org.vulpes.graph.internal.KeepLogits;
import org.vulpes.graph.internal.Plan;
import org.vulpes.graph.internal.Value;
import org.vulpes.graph.internal.WriteThrough;

/** From a graph to a program: writes the nodes down in order of creation, then runs the passes. */
final class Lowering {
  private final Plan plan = new Plan();
  private final Map<Tensor, Value> values = new IdentityHashMap<>();
  private final Map<String, double[]> constants = new LinkedHashMap<>();

  Lowering(Collection<Tensor> named, List<Tensor.Node> nodes, Map<Tensor, Tensor> assignments) {
    for (Tensor t : named) {
      values.put(t, plan.binding(t.name, t.type(), t.shape().length()));
      if (t.constant != null) constants.put(t.name, t.constant);
    }
    for (Tensor.Node n : nodes) {
      if (n.operation() instanceof View) values.put(n.outputs().getFirst(), values.get(n.inputs().getFirst()));
      else write(n);
    }
    assignments.forEach((variable, value) -> plan.assign(values.get(variable), values.get(value)));
  }

  private void write(Tensor.Node n) {
    for (Tensor t : n.outputs()) values.put(t, plan.result(t.type(), t.shape().length()));
    plan.step(n.operation(), n.inputs().stream().map(values::get).toList(), sizes(n.inputs()), n.outputs().stream().map(values::get).toList(),
        sizes(n.outputs()), n.label());
  }

  private static List<int[]> sizes(List<Tensor> tensors) {
    var sizes = new ArrayList<int[]>();
    for (Tensor t : tensors) sizes.add(t.shape().sizes());
    return sizes;
  }

  Recording record(String name, Set<Pass> passes) {
    plan.saveOldValues();
    if (passes.contains(Pass.DROP_DEAD)) DropDead.run(plan);
    if (passes.contains(Pass.KEEP_LOGITS)) KeepLogits.run(plan);
    if (passes.contains(Pass.ACCUMULATE)) Accumulate.run(plan);
    if (passes.contains(Pass.WRITE_THROUGH)) WriteThrough.run(plan);
    plan.copyAssigned();
    if (passes.contains(Pass.IN_PLACE)) InPlace.run(plan);
    long arena = passes.contains(Pass.REUSE_MEMORY) ? Arena.reusing(plan) : Arena.sideBySide(plan);

    Program program = plan.program(name, arena);
    constants.keySet().retainAll(program.bindings().stream().map(Program.Binding::name).toList());
    long flops = 0, bytes = 0;
    for (KernelCall c : program.calls()) {
      flops = Math.addExact(flops, Cost.flops(c));
      bytes = Math.addExact(bytes, Cost.bytes(c));
    }
    return new Recording(program, constants, flops, bytes);
  }
}
