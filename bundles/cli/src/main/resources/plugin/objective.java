package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Next-token prediction whose loss is scaled. */
@Component
@Fills(slot = "objective", use = "@name@")
public final class @class@ implements Plugin<Objective> {
  @Override
  public Objective create(Options options) {
    double scale = options.number("scale", 1e-6, 1e6);
    return new Objective() {
      @Override
      public Loss build(BatchGraph batch) {
        var graph = batch.graph();
        Tensor hidden = batch.model().hidden(graph, batch.tokens(), batch.firstVisible());
        Tensor nll = graph.crossEntropy(hidden, batch.model().head(graph), batch.targets());
        return new Loss(graph.scale(graph.dot(nll, batch.weight()), scale));
      }

      @Override
      public Snapshot save() {
        return Snapshot.empty("@name@");
      }

      @Override
      public void restore(Snapshot snapshot) {}
    };
  }
}
