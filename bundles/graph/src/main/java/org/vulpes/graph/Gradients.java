package org.vulpes.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reverse-mode differentiation: walks the nodes from the scalar back to the first, once, and adds the contributions to a tensor in that order
 * (last reader first, and of one reader its first input first).
 */
final class Gradients {
  private static final Axis ONE = Axis.of("one", 1);

  private final Graph graph;
  private final Map<Tensor, Tensor> of = new IdentityHashMap<>();
  /** Tensors that depend on what is asked for; all others need no gradient. */
  private final Set<Tensor> active = Collections.newSetFromMap(new IdentityHashMap<>());

  Gradients(Graph graph) {
    this.graph = graph;
  }

  Map<Tensor, Tensor> of(Tensor scalar, List<Tensor> withRespectTo, List<Tensor.Node> nodes) {
    if (scalar.shape().length() != 1) throw new ShapeMismatch("gradients: " + scalar + " must have one element");
    active.addAll(withRespectTo);
    int end = scalar.node == null ? 0 : scalar.node.index() + 1;
    for (Tensor.Node n : nodes.subList(0, end)) if (n.inputs().stream().anyMatch(active::contains)) active.addAll(n.outputs());
    if (active.contains(scalar)) {
      Tensor one = graph.constant("gradient.one", new double[] {1}, ONE);
      of.put(scalar, like(scalar, one));
    }
    for (int i = end - 1; i >= 0; i--) back(nodes.get(i));

    var asked = new IdentityHashMap<Tensor, Tensor>();
    for (Tensor t : withRespectTo) asked.put(t, of.get(t));
    return asked;
  }

  private void back(Tensor.Node n) {
    if (n.outputs().stream().noneMatch(o -> active.contains(o) && of.containsKey(o))) return;
    if (n.inputs().stream().noneMatch(active::contains)) return;
    try (var _ = graph.under(n.label().isEmpty() ? "gradient" : n.label() + ".gradient")) {
      var contributions = n.operation().gradient(graph, n.inputs(), n.outputs(), Arrays.asList(n.outputs().stream().map(of::get).toArray(Tensor[]::new)));
      for (int i = 0; i < n.inputs().size(); i++) {
        Tensor x = n.inputs().get(i);
        if (!active.contains(x)) continue;
        Tensor d = contributions.get(i);
        if (d == null) throw new UnsupportedOperationException("its input " + i + " " + x + " has no gradient");
        of.merge(x, like(x, d), graph::add);
      }
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedOperationException(n.operation().name() + Graph.place(n.label()) + ": " + e.getMessage(), e);
    }
  }

  /** The gradient under the axes of what it is the gradient of. */
  private Tensor like(Tensor x, Tensor d) {
    return d.shape().equals(x.shape()) ? d : graph.reshape(d, x.shape().axes().toArray(Axis[]::new));
  }
}
