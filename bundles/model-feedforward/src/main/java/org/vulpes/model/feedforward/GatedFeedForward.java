package org.vulpes.model.feedforward;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** down(f(gate(x)) · up(x)) (Shazeer 2020). */
@Component
@Fills(slot = "model.feedforward", use = "gated")
public final class GatedFeedForward implements Plugin<FeedForwardBrick> {

  @Override
  public FeedForwardBrick create(Options options) {
    Layers layers = Layers.read(options);
    return (scope, x) -> {
      Axis inner = layers.inner(x, 2);
      var gate = layers.up(scope, "gate_proj", x, inner);
      var up = layers.up(scope, "up_proj", x, inner);
      return layers.down(scope, scope.graph().gated(layers.activation(), gate, up), x.shape().last());
    };
  }
}
