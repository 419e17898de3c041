package org.vulpes.model.feedforward;

import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.model.InnerSize;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** down(f(up(x))): GPT-2 with gelu-tanh, Primer with relu-squared. */
@Component
@Fills(slot = "model.feedforward", use = "plain")
public final class PlainFeedForward implements Plugin<FeedForwardBrick> {

  @Override
  public FeedForwardBrick create(Options options) {
    return new Plain(Layers.read(options));
  }

  private record Plain(Layers layers) implements FeedForwardBrick {
    /** GPT-2's proportion, when no width was given. */
    private static final int MULTIPLE = 4;

    @Override
    public Tensor build(Scope scope, Tensor x) {
      var up = layers.up(scope, "up_proj", x, Axis.of("ffn", layers.inner(x.shape().last().size(), MULTIPLE)));
      return layers.down(scope, scope.graph().activate(layers.activation(), up), x.shape().last());
    }

    @Override
    public Optional<InnerSize> inner(int width) {
      return Optional.of(layers.size(width, MULTIPLE));
    }
  }
}
