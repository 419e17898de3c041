package org.vulpes.optimizer.adamw;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** AdamW: Adam with weight decay apart from the gradient (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization"). */
@Component
@Fills(slot = "optimizer", use = "adamw")
public final class AdamWOptimizer implements Plugin<Optimizer> {

  @Override
  public Optimizer create(Options options) {
    return new Update(options.number("lr", 0, 10), options.number("beta1", 0, 0.999999), options.number("beta2", 0, 0.999999999),
        options.number("epsilon", 1e-30, 1), options.number("weight-decay", 0, 10));
  }

  private record Update(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {

    @Override
    public List<String> moments() {
      return List.of("m", "v");
    }

    /**
     * v from m. With v = 0, a row of the embedding whose token is not in the batch would have m / √v without bound, and the first steps would destroy the model. A mean of
     * independent gradients with decay β1 has E m² = E g² · (1 − β1) / (1 + β1): v ← m² · (1 + β1) / (1 − β1) gives the first steps the size that Adam's own steps have.
     */
    @Override
    public Tensor begin(Graph graph, String moment, Map<String, Tensor> before) {
      Tensor m = before.get("m");
      return moment.equals("v") && m != null ? graph.scale(graph.multiply(m, m), (1 + beta1) / (1 - beta1)) : null;
    }

    @Override
    public void update(Graph graph, Parameter parameter, Tensor value, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper) {
      Tensor m = moments.get(0);
      Tensor v = moments.get(1);
      var next = graph.apply(new AdamW(parameter.decay()), value, gradient, m, v, factor, hyper);
      graph.assign(value, next.get(0));
      graph.assign(m, next.get(1));
      graph.assign(v, next.get(2));
    }

    @Override
    public double[] hyper(long[] updates, double rate) {
      // StrictMath: these numbers decide the bits of every parameter.
      return new double[] {rate, beta1, beta2, epsilon, weightDecay, 1 - StrictMath.pow(beta1, updates[0]), 1 - StrictMath.pow(beta2, updates[1]), 0};
    }
  }
}
