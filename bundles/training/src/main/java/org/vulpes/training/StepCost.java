package org.vulpes.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Memory;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Cost;
import org.vulpes.graph.Graph;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Pace;
import org.vulpes.optimizer.Optimizer;

/** What training costs, counted on the graph before anything runs. */
public final class StepCost {
  private StepCost() {}

  /** FLOPs of forward and backward of one sequence of this length, by the operations' rules. */
  public static long flops(Trainee trainee, int length) {
    int together = trainee.objective().together();
    return MicroBatches.record(trainee, new MicroBatches.Shape(together, length, false)).flops() / together;
  }

  /** FLOPs of one step, of what is done before it is trained on included. */
  static double flops(Trainee trainee, Pace pace) {
    double before = pace.passes() == 0 ? 0 : pace.passes() * forward(trainee, pace.length());
    return pace.sequences() * (flops(trainee, pace.length()) + before);
  }

  /** FLOPs of the policy's pass over one sequence of this length. */
  private static long forward(Trainee trainee, int length) {
    BatchGraph b = BatchGraph.of(trainee.policy(), 1, length);
    Graph g = b.graph();
    g.assign(g.variable("nll", DType.F32, b.tokens().shape().axes().toArray(Axis[]::new)),
        g.crossEntropy(trainee.policy().hidden(g, b.tokens(), b.firstVisible()), trainee.policy().head(g), b.targets()));
    return g.record("forward").flops();
  }

  /** FLOPs a token of the frozen models that an objective looks at, by role: what a teacher costs. */
  public static Map<String, Double> frozen(Trainee trainee, int length) {
    int together = trainee.objective().together();
    var out = new TreeMap<String, Double>();
    for (var call : MicroBatches.record(trainee, new MicroBatches.Shape(together, length, false)).program().calls()) {
      for (String role : trainee.models().frozen().keySet()) {
        if (call.label().equals(role) || call.label().startsWith(role + ".")) out.merge(role, (double) Cost.of(call).flops() / length / together, Double::sum);
      }
    }
    return out;
  }

  /**
   * What a run takes of a device's memory at most, but for what its validation, a swap and the device's threads need: weights, gradients and moments in F32, and what the micro-batch that needs most
   * takes beside them. Nothing is allocated.
   *
   * @param families implementations that replace the device's own
   */
  public static Memory memory(Trainee trainee, Optimizer optimizer, List<Curriculum.Planned> lessons, int microBatchTokens, Device device, List<KernelFamily> families) {
    Memory most = new Memory(0, 0);
    for (var shape : lessons.stream().map(Curriculum.Planned::lesson).map(l -> new MicroBatches.Shape(
        Math.min(l.sequences(), MicroBatches.sequences(trainee, microBatchTokens, l.sequenceLength())), l.sequenceLength(), false)).distinct().toList()) {
      Memory needs = device.needs(MicroBatches.record(trainee, shape).program(), families);
      if (needs.bytes() > most.bytes()) most = needs;
    }
    long frozen = trainee.models().frozen().values().stream().mapToLong(d -> d.count().total()).sum() + trainee.policy().count().total();
    long trained = trainee.trained().stream().mapToLong(p -> p.shape().length()).sum();
    long moments = trainee.trained().stream().mapToLong(p -> p.shape().length() * optimizer.moments(p).size()).sum();
    long largest = trainee.trained().stream().mapToLong(p -> p.shape().length()).max().orElse(0);
    return new Memory(4 * (frozen + trained + moments) + most.bytes(), Math.max(4 * largest, most.largest()));
  }

  /**
   * FLOPs of a whole run.
   *
   * @param lessons of its curriculum, in order
   * @param tokens its budget
   */
  public static double flops(Trainee trainee, List<Curriculum.Planned> lessons, long tokens) {
    var byPace = new HashMap<Pace, Double>();
    double flops = 0;
    for (int i = 0; i < lessons.size(); i++) {
      Pace pace = trainee.objective().pace(lessons.get(i).lesson());
      long taught = (i + 1 < lessons.size() ? lessons.get(i + 1).fromToken() : tokens) - lessons.get(i).fromToken();
      flops += taught / pace.tokens() * byPace.computeIfAbsent(pace, p -> flops(trainee, p));
    }
    return flops;
  }
}
