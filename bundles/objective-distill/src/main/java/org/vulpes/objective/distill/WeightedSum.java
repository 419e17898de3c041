package org.vulpes.objective.distill;

import java.util.TreeMap;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;

/** Adds up the terms of the list; each is told by its name, without its weight. */
final class WeightedSum {
  private final BatchGraph batch;
  private final TreeMap<String, Tensor> told = new TreeMap<>();
  private Tensor sum;

  WeightedSum(BatchGraph batch) {
    this.batch = batch;
  }

  /** @param each [batch, time] */
  void add(Term term, Tensor each) {
    Graph g = batch.graph();
    Tensor value = g.dot(each, batch.weight());
    told.put(term.name(), value);
    double factor = term.weight() * (term instanceof Term.Soft soft ? soft.factor() : 1);
    Tensor part = factor == 1 ? value : g.scale(value, factor);
    sum = sum == null ? part : g.add(sum, part);
  }

  Objective.Loss loss() {
    return new Objective.Loss(sum, told);
  }
}
