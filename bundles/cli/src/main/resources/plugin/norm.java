package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Tensor;
import org.vulpes.model.NormBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Root mean square norm whose result is scaled by a fixed factor beside the learned one. */
@Component
@Fills(slot = "model.norm", use = "@name@")
public final class @class@ implements Plugin<NormBrick> {
  @Override
  public NormBrick create(Options options) {
    double factor = options.number("factor", 1e-6, 1e6);
    return (scope, x, group) -> {
      Tensor weight = scope.vector("weight", 1, group);
      return scope.graph().scale(scope.graph().rmsNorm(x, weight, 1e-6, false), factor);
    };
  }
}
