package org.vulpes.objective.reinforce;

import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;

/**
 * The part of the graph that the loss and the passes before it have in common, so that the same weights give the same bits in both.
 *
 * @param name of the pass
 * @param role whose model; empty: the policy
 * @param values whether the value head is asked too
 */
record Probabilities(String name, String role, double temperature, boolean values) implements Forward {
  static final String NLL = "nll";
  static final String VALUES = "values";

  @Override
  public SortedMap<String, Tensor> build(BatchGraph b) {
    Graph g = b.graph();
    Decoder model = role.isEmpty() ? b.model() : b.role(role);
    Tensor hidden = model.hidden(g, b.tokens(), b.firstVisible());
    var out = new TreeMap<String, Tensor>();
    out.put(NLL, g.crossEntropy(temperature == 1 ? hidden : g.scale(hidden, 1 / temperature), model.head(g), b.targets()));
    if (values) {
      // Starts at 0: before it has learned anything every state is worth the same.
      Tensor head = b.parameter("value_head.weight", new Parameter.Initial.Constant(0), true, Axis.of("one", 1), hidden.shape().last());
      out.put(VALUES, g.reshape(g.linear(hidden, head), b.tokens().shape().axes().toArray(Axis[]::new)));
    }
    return out;
  }
}
