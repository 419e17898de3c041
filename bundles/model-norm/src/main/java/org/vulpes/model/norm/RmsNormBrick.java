package org.vulpes.model.norm;

import org.osgi.service.component.annotations.Component;
import org.vulpes.model.NormBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Root mean square norm (Zhang and Sennrich 2019). */
@Component
@Fills(slot = "model.norm", use = "rms")
public final class RmsNormBrick implements Plugin<NormBrick> {

  @Override
  public NormBrick create(Options options) {
    double eps = options.number("eps", 0, 1);
    boolean offset = options.flag("offset");
    return (scope, x, group) -> scope.graph().rmsNorm(x, scope.vector("weight", offset ? 0 : 1, group), eps, offset);
  }
}
