package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;
import org.vulpes.model.AttentionBrick;
import org.vulpes.model.Layer;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Multi-head attention in which keys and values are one projection. */
@Component
@Fills(slot = "model.attention", use = "@name@")
public final class @class@ implements Plugin<AttentionBrick> {
  @Override
  public AttentionBrick create(Options options) {
    int heads = options.integer("heads", 1, 1024);
    return (scope, x, layer) -> build(scope, x, layer, heads);
  }

  private static Tensor build(Scope scope, Tensor x, Layer layer, int heads) {
    Graph graph = scope.graph();
    Axis width = x.shape().last();
    int headDim = width.size() / heads;
    Axis all = Axis.of("heads", heads * headDim);
    Tensor q = layer.position().rotate(scope, graph.linear(x, scope.weight("q_proj.weight", all, width)), headDim);
    Tensor v = graph.linear(x, scope.weight("kv_proj.weight", all, width));
    Tensor k = layer.position().rotate(scope, v, headDim);
    Tensor mixed = scope.context().attend(graph, layer.index(), new Attention(heads, heads, headDim, 1 / Math.sqrt(headDim), 0), q, k, v);
    return graph.linear(mixed, scope.residualWeight("o_proj.weight", width, all));
  }
}
