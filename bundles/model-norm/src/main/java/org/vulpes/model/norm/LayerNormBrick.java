package org.vulpes.model.norm;

import java.util.ArrayList;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.NormBrick;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Layer norm (Ba et al. 2016), with or without bias. */
@Component
@Fills(slot = "model.norm", use = "layer")
public final class LayerNormBrick implements Plugin<NormBrick> {

  @Override
  public NormBrick create(Options options) {
    double eps = options.number("eps", 0, 1);
    boolean bias = options.flag("bias");
    return (scope, x, group) -> {
      Tensor weight = scope.vector("weight", 1, group);
      Tensor shift = bias ? scope.vector("bias", 0, group) : null;
      if (group.size() == x.shape().last().size()) return scope.graph().layerNorm(x, weight, shift, eps);
      return perGroup(scope, x, group, weight, shift, eps);
    };
  }

  /** The operation works on the whole last axis, so each group becomes a row of its own. */
  private static Tensor perGroup(Scope scope, Tensor x, Axis group, Tensor weight, Tensor shift, double eps) {
    var axes = new ArrayList<>(x.shape().axes());
    axes.removeLast();
    axes.add(Axis.of("groups", x.shape().last().size() / group.size()));
    axes.add(group);
    Tensor y = scope.graph().layerNorm(scope.graph().reshape(x, axes.toArray(Axis[]::new)), weight, shift, eps);
    return scope.graph().reshape(y, x.shape().axes().toArray(Axis[]::new));
  }
}
