package org.vulpes.optimizer.muon;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.AdamW;
import org.vulpes.graph.operations.ScaleBy;
import org.vulpes.graph.operations.Slice;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): momentum, orthogonalised. Hidden matrices keep one moment; embeddings, heads and
 * vectors are AdamW's. Made of the graph's operations, so it runs on every device.
 */
@Component
@Fills(slot = "optimizer", use = "muon")
public final class MuonOptimizer implements Plugin<Optimizer> {

  @Override
  public Optimizer create(Options options) {
    Options other = options.block("adamw");
    return new Update(options.number("lr", 1e-12, 10), options.number("momentum", 0, 0.999999), options.flag("nesterov"), options.integer("steps", 1, 20),
        options.choice("scale", "original", "rms").equals("rms"), options.number("weight-decay", 0, 10),
        new Other(other.number("lr", 1e-12, 10), other.number("beta1", 0, 0.999999), other.number("beta2", 0, 0.999999999), other.number("epsilon", 1e-30, 1), other.number("weight-decay", 0, 10)));
  }

  /** AdamW of what is no hidden matrix. */
  private record Other(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {}

  private record Update(double learningRate, double momentum, boolean nesterov, int steps, boolean rms, double weightDecay, Other other) implements Optimizer {
    /** Where {@link #hyper} holds the rate of the hidden matrices; the operation AdamW reads the seven before it. */
    private static final int RATE = 7;

    @Override
    public List<String> moments() {
      return List.of("m", "v");
    }

    @Override
    public List<String> moments(Parameter parameter) {
      return hidden(parameter) ? List.of("m") : moments();
    }

    /** A matrix between the embedding and the head. */
    private static boolean hidden(Parameter p) {
      return p.shape().rank() == 2 && !p.part().equals("embedding") && !p.part().equals("head");
    }

    /** As AdamW begins it, for the same reason: with v = 0 the first steps would have no bound. */
    @Override
    public Tensor begin(Graph graph, String moment, Map<String, Tensor> before) {
      Tensor m = before.get("m");
      return moment.equals("v") && m != null ? graph.scale(graph.multiply(m, m), (1 + other.beta1) / (1 - other.beta1)) : null;
    }

    @Override
    public void update(Graph graph, Parameter parameter, Tensor value, Tensor gradient, List<Tensor> moments, Tensor factor, Tensor hyper) {
      if (hidden(parameter)) orthogonal(graph, parameter, value, graph.one(new ScaleBy(), gradient, factor), moments.getFirst(), hyper);
      else adam(graph, parameter, value, gradient, moments, factor, hyper);
    }

    /** m ← μ·m + (1−μ)·g; u = μ·m + (1−μ)·g, or m; p ← p − lr·(scale·NewtonSchulz(u) + decay·p). */
    private void orthogonal(Graph graph, Parameter parameter, Tensor p, Tensor g, Tensor m, Tensor hyper) {
      Tensor fresh = graph.scale(g, 1 - momentum);
      Tensor mean = graph.add(graph.scale(m, momentum), fresh);
      Tensor direction = nesterov ? graph.add(graph.scale(mean, momentum), fresh) : mean;
      int out = p.shape().axis(0).size();
      int in = p.shape().axis(1).size();
      double scale = rms ? 0.2 * Math.sqrt(Math.max(out, in)) : Math.sqrt(Math.max(1, (double) out / in));
      Tensor change = graph.scale(NewtonSchulz.orthogonalise(graph, direction, steps), scale);
      if (parameter.decay() && weightDecay > 0) change = graph.add(change, graph.scale(p, weightDecay));
      Tensor rate = graph.reshape(graph.one(new Slice(RATE, 1), hyper), Axis.of("one", 1));
      graph.assign(p, graph.add(p, graph.scale(graph.one(new ScaleBy(), change, rate), -1)));
      graph.assign(m, mean);
    }

    private static void adam(Graph graph, Parameter parameter, Tensor p, Tensor g, List<Tensor> moments, Tensor factor, Tensor hyper) {
      var next = graph.apply(new AdamW(parameter.decay()), p, g, moments.get(0), moments.get(1), factor, hyper);
      graph.assign(p, next.get(0));
      graph.assign(moments.get(0), next.get(1));
      graph.assign(moments.get(1), next.get(2));
    }

    @Override
    public double[] hyper(long[] updates, double rate) {
      // StrictMath: these numbers decide the bits of every parameter.
      return new double[] {rate * (other.learningRate / learningRate), other.beta1, other.beta2, other.epsilon, other.weightDecay, 1 - StrictMath.pow(other.beta1, updates[0]),
          1 - StrictMath.pow(other.beta2, updates[1]), rate};
    }
  }
}
