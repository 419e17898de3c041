package org.vulpes.training.drill;

import java.util.List;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Lion;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Lion until its fourth update, whose rate is not a number. */
public final class NanOptimizer implements Plugin<Optimizer> {
  @Override
  public Optimizer create(Options options) {
    return new Optimizer() {
      private int calls;

      @Override
      public double learningRate() {
        return 1e-3;
      }

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
        return new double[] {++calls == 4 ? Double.NaN : rate, 0.9, 0.99, 0, 0.1, 0, 0, 0};
      }
    };
  }
}
