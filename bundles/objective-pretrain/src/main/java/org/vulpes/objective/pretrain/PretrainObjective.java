package org.vulpes.objective.pretrain;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Next-token prediction: the weighted mean of the negative log-likelihood of every target. */
@Component
@Fills(slot = "objective", use = "pretrain")
public final class PretrainObjective implements Plugin<Objective> {
  private static final String SCHEMA = "objective-pretrain";

  @Override
  public Objective create(Options options) {
    return new NextToken();
  }

  private static final class NextToken implements Objective {
    @Override
    public Loss build(BatchGraph batch) {
      var graph = batch.graph();
      Tensor hidden = batch.model().hidden(graph, batch.tokens(), batch.firstVisible());
      Tensor nll = graph.crossEntropy(hidden, batch.model().head(graph), batch.targets());
      return new Loss(graph.dot(nll, batch.weight()));
    }

    @Override
    public Snapshot save() {
      return Snapshot.empty(SCHEMA);
    }

    @Override
    public void restore(Snapshot snapshot) {
      snapshot.expect(SCHEMA, 1);
    }
  }
}
