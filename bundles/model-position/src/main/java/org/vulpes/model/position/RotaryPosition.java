package org.vulpes.model.position;

import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Context;
import org.vulpes.model.PositionBrick;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Rotary positions (Su et al. 2021), whole or partial, with linear or Llama 3.1's scaling of the frequencies. */
@Component
@Fills(slot = "model.position", use = "rope")
public final class RotaryPosition implements Plugin<PositionBrick> {

  @Override
  public PositionBrick create(Options options) {
    double theta = options.number("theta", Math.nextUp(1.0), Double.MAX_VALUE);
    double fraction = options.number("fraction", Double.MIN_NORMAL, 1);
    return new Rotary(theta, fraction, scaling(options));
  }

  private static Scaling scaling(Options options) {
    return switch (options.choice("scaling", "none", "linear", "llama3")) {
      case "linear" -> new Scaling.Linear(options.block("linear").number("factor", 1, Double.MAX_VALUE));
      case "llama3" -> {
        Options o = options.block("llama3");
        double low = o.number("low", Double.MIN_NORMAL, Double.MAX_VALUE);
        double high = o.number("high", Double.MIN_NORMAL, Double.MAX_VALUE);
        if (high <= low) throw o.wrong("high", "= " + high + " must be greater than low = " + low);
        yield new Scaling.Llama3(o.number("factor", 1, Double.MAX_VALUE), low, high, o.integer("original-length", 1, Integer.MAX_VALUE));
      }
      default -> new Scaling.None();
    };
  }

  /** What becomes of a pair's frequency, in radians a position. */
  sealed interface Scaling {
    double of(double frequency);

    record None() implements Scaling {
      @Override
      public double of(double frequency) {
        return frequency;
      }
    }

    record Linear(double factor) implements Scaling {
      @Override
      public double of(double frequency) {
        return frequency / factor;
      }
    }

    record Llama3(double factor, double low, double high, int originalLength) implements Scaling {
      @Override
      public double of(double frequency) {
        double turns = originalLength * frequency / (2 * Math.PI);
        if (turns < low) return frequency / factor;
        if (turns > high) return frequency;
        double kept = (turns - low) / (high - low);
        return kept * frequency + (1 - kept) * frequency / factor;
      }
    }
  }

  private record Rotary(double theta, double fraction, Scaling scaling) implements PositionBrick {

    private int rotated(int headDim) {
      return (int) (fraction * headDim);
    }

    @Override
    public Optional<String> refusal(int headDim) {
      int rotated = rotated(headDim);
      if (rotated >= 2 && rotated % 2 == 0) return Optional.empty();
      return Optional.of(fraction == 1 ? "must be even, because RoPE turns pairs of dimensions, but is " + headDim
          : "must give an even number of rotated dimensions, but " + headDim + " times model.position.rope.fraction = " + fraction + " gives " + rotated);
    }

    @Override
    public Tensor rotate(Scope scope, Tensor x, int headDim) {
      int rotated = rotated(headDim);
      Context context = scope.context();
      Axis time = Axis.of("time", context.placeCount(x.shape().axis(1).size()));
      Axis pairs = Axis.of("pairs", rotated / 2);
      var cos = new double[time.size() * pairs.size()];
      var sin = new double[cos.length];
      for (int j = 0; j < pairs.size(); j++) {
        double frequency = scaling.of(StrictMath.pow(theta, -2.0 * j / rotated));
        for (int t = 0; t < time.size(); t++) {
          cos[t * pairs.size() + j] = StrictMath.cos(t * frequency);
          sin[t * pairs.size() + j] = StrictMath.sin(t * frequency);
        }
      }
      String name = "rope theta " + theta + " rotated " + rotated + " " + scaling;
      Tensor cosines = scope.graph().constant(name + " cos", cos, time, pairs), sines = scope.graph().constant(name + " sin", sin, time, pairs);
      return context.places().map(places -> lookedUp(scope.graph(), x, cosines, sines, places, headDim)).orElseGet(() -> scope.graph().rope(x, cosines, sines, headDim));
    }

    /** Every token with the angles of its own place: the tokens of all rows stand in one, each beside its row of the tables. */
    private static Tensor lookedUp(Graph graph, Tensor x, Tensor cos, Tensor sin, Tensor places, int headDim) {
      Axis tokens = Axis.of("tokens", x.shape().rows());
      Tensor at = graph.reshape(places, tokens);
      Tensor turned = graph.rope(graph.reshape(x, Axis.of("one", 1), tokens, x.shape().last()), graph.embedding(cos, at), graph.embedding(sin, at), headDim);
      return graph.reshape(turned, x.shape().axes().toArray(Axis[]::new));
    }
  }
}
