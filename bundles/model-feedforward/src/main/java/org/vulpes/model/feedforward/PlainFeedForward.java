package org.vulpes.model.feedforward;

import org.osgi.service.component.annotations.Component;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** down(f(up(x))): GPT-2 with gelu-tanh, Primer with relu-squared. */
@Component
@Fills(slot = "model.feedforward", use = "plain")
public final class PlainFeedForward implements Plugin<FeedForwardBrick> {

  @Override
  public FeedForwardBrick create(Options options) {
    Layers layers = Layers.read(options);
    return (scope, x) -> {
      var up = layers.up(scope, "up_proj", x, layers.inner(x, 4));
      return layers.down(scope, scope.graph().activate(layers.activation(), up), x.shape().last());
    };
  }
}
