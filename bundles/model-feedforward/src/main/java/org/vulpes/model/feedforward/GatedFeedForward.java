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

/** down(f(gate(x)) · up(x)) (Shazeer 2020). */
@Component
@Fills(slot = "model.feedforward", use = "gated")
public final class GatedFeedForward implements Plugin<FeedForwardBrick> {

  @Override
  public FeedForwardBrick create(Options options) {
    return new Gated(Layers.read(options));
  }

  private record Gated(Layers layers) implements FeedForwardBrick {
    /** Fox-1's proportion, when no width was given. */
    private static final int MULTIPLE = 2;

    @Override
    public Tensor build(Scope scope, Tensor x) {
      Axis inner = Axis.of("ffn", layers.inner(x.shape().last().size(), MULTIPLE));
      var gate = layers.up(scope, "gate_proj", x, inner);
      var up = layers.up(scope, "up_proj", x, inner);
      return layers.down(scope, scope.graph().gated(layers.activation(), gate, up), x.shape().last());
    }

    @Override
    public Optional<InnerSize> inner(int width) {
      return Optional.of(layers.size(width, MULTIPLE));
    }
  }
}
