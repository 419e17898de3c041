package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Activation;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** down(relu²(up(x))). */
@Component
@Fills(slot = "model.feedforward", use = "@name@")
public final class @class@ implements Plugin<FeedForwardBrick> {
  @Override
  public FeedForwardBrick create(Options options) {
    int inner = options.integer("width", 1, 1 << 20);
    return (scope, x) -> {
      Graph graph = scope.graph();
      Axis width = x.shape().last();
      Axis ffn = Axis.of("ffn", inner);
      Tensor up = graph.linear(x, scope.weight("up_proj.weight", ffn, width));
      return graph.linear(graph.activate(Activation.RELU_SQUARED, up), scope.residualWeight("down_proj.weight", width, ffn));
    };
  }
}
