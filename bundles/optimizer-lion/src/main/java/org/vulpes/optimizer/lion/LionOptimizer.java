package org.vulpes.optimizer.lion;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Lion;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Lion: the sign of an interpolated momentum, one moment instead of two (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms"). */
@Component
@Fills(slot = "optimizer", use = "lion")
public final class LionOptimizer implements Plugin<Optimizer> {

  @Override
  public Optimizer create(Options options) {
    return new Update(options.number("lr", 0, 10), options.number("beta1", 0, 0.999999), options.number("beta2", 0, 0.999999999),
        options.number("weight-decay", 0, 100));
  }

  private record Update(double learningRate, double beta1, double beta2, double weightDecay) implements Optimizer {

    @Override
    public List<String> moments() {
      return List.of("m");
    }

    @Override
    public void update(Graph graph, Parameter parameter, Tensor value, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper) {
      var next = graph.apply(new Lion(parameter.decay()), value, gradient, moments.getFirst(), factor, hyper);
      graph.assign(value, next.get(0));
      graph.assign(moments.getFirst(), next.get(1));
    }

    @Override
    public double[] hyper(long[] updates, double rate) {
      return new double[] {rate, beta1, beta2, 0, weightDecay, 0, 0, 0};
    }
  }
}
