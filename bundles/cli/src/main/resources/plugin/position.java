package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.model.PositionBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Queries and keys as they are, but for a factor: no positions at all (NoPE) at 1. */
@Component
@Fills(slot = "model.position", use = "@name@")
public final class @class@ implements Plugin<PositionBrick> {
  @Override
  public PositionBrick create(Options options) {
    double factor = options.number("factor", 1e-6, 1e6);
    return (scope, x, headDim) -> scope.graph().scale(x, factor);
  }
}
