package @package@;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ScaleBy;
import org.vulpes.graph.operations.Slice;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Gradient descent with momentum, out of the graph's operations, so that it runs on every device. */
@Component
@Fills(slot = "optimizer", use = "@name@")
public final class @class@ implements Plugin<Optimizer> {
  @Override
  public Optimizer create(Options options) {
    return new Momentum(options.number("lr", 0, 10), options.number("momentum", 0, 0.999999));
  }

  private record Momentum(double learningRate, double momentum) implements Optimizer {
    /** A running mean of the gradients is called m in every optimizer, so that it travels when one takes over from another. */
    @Override
    public List<String> moments() {
      return List.of("m");
    }

    /** m ← μ·m + (1−μ)·g; p ← p − lr·m, with g = factor · gradient. */
    @Override
    public void update(Graph graph, Parameter parameter, Tensor value, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper) {
      Tensor g = graph.scale(graph.one(new ScaleBy(), gradient, factor), 1 - momentum);
      Tensor m = graph.add(graph.scale(moments.getFirst(), momentum), g);
      Tensor rate = graph.reshape(graph.one(new Slice(0, 1), hyper), Axis.of("one", 1));
      graph.assign(value, graph.add(value, graph.scale(graph.one(new ScaleBy(), m, rate), -1)));
      graph.assign(moments.getFirst(), m);
    }

    @Override
    public double[] hyper(long[] updates, double rate) {
      var out = new double[HYPER];
      out[0] = rate;
      return out;
    }
  }
}
