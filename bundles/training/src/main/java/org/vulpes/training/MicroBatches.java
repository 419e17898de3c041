package org.vulpes.training;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;

/**
 * The programs <em>accumulate</em> (forward, backward, added to the gradients), one for each shape of micro-batch, recorded once and replayed. The first of a step writes the gradients instead, so that
 * nobody has to clear them. Of more shapes than {@link #MOST} those used last are kept: a curriculum that asks for ever new lengths costs time, not memory.
 */
final class MicroBatches implements AutoCloseable {
  /** @param sequences of a micro-batch @param length tokens a sequence @param first of its step: writes the gradients that the others add to */
  record Shape(int sequences, int length, boolean first) {
    static final Comparator<Shape> ORDER = Comparator.comparing(Shape::length).thenComparing(Shape::sequences).thenComparing(Shape::first);

    /** Those that steps of so many sequences need. @param micro sequences at a time */
    static List<Shape> of(int sequences, int micro, int length) {
      var out = new LinkedHashSet<Shape>();
      for (int from = 0; from < sequences; from += micro) out.add(new Shape(Math.min(micro, sequences - from), length, from == 0));
      return List.copyOf(out);
    }

    /** The smallest that do the same as these do. @param together sequences */
    static List<Shape> least(Collection<Shape> shapes, int together) {
      return shapes.stream().map(s -> new Shape(together, s.length, s.first)).distinct().sorted(ORDER).toList();
    }
  }

  /** Stages and micro-batches of odd sizes make a handful; a program takes some 100 KB beside the arena that all share. */
  static final int MOST = 64;
  private static final String LOSS = "loss";
  private static final String STATISTIC = "statistic.";
  private static final Axis ONE = Axis.of("one", 1);

  private final Device device;
  private final Recipe recipe;
  private final Map<String, Buffer> gradients;
  private final Map<String, Buffer> buffers;
  /** Whether the gradients may hold what another table has left in them. */
  private boolean inherited;
  /** Asked by others than the training thread too. */
  private final Map<Shape, Prepared> prepared = new ConcurrentHashMap<>();
  /** By last use, the oldest first. */
  private final LinkedHashSet<Shape> used = new LinkedHashSet<>();

  /**
   * @param parameters by the name of their variables
   * @param gradients by parameter, "gradient." before the name
   */
  MicroBatches(Device device, Recipe recipe, Map<String, Buffer> parameters, Map<String, Buffer> gradients) {
    this.device = device;
    this.recipe = recipe;
    this.gradients = gradients;
    buffers = new HashMap<>(parameters);
    buffers.putAll(gradients);
  }

  /** A recorded micro-batch with the buffers that it is filled and read through. @param statistics by name @param gradients that it writes, by name @param owned all buffers that are its alone */
  private record Prepared(Executable executable, Inputs inputs, Buffer loss, Map<String, Buffer> statistics, Set<String> gradients, long flops, List<Buffer> owned) {
    void close() {
      executable.close();
      owned.forEach(Buffer::close);
    }
  }

  /** Sequences of this length that pass through the models at once: whole groups of those that belong together. */
  static int sequences(Trainee trainee, int microBatchTokens, int length) {
    int together = trainee.objective().together();
    return Math.max(1, microBatchTokens / length / together) * together;
  }

  /**
   * The program of a micro-batch: gradient ← d loss / d parameter for every parameter that is trained, or, unless it is a step's first, gradient ← gradient + d loss / d parameter; the loss and the
   * statistics. What the loss does not depend on is left alone.
   */
  static Recording record(Trainee trainee, Shape shape) {
    BatchGraph batch = BatchGraph.of(trainee.models(), shape.sequences, shape.length);
    Graph g = batch.graph();
    Objective.Loss loss = trainee.objective().build(batch);
    var params = trainee.trained();
    var values = params.stream().map(p -> g.variable(p.name(), DType.F32, UpdateProgram.axes(p))).toList();
    var derivative = g.gradients(loss.scalar(), values);
    for (int i = 0; i < params.size(); i++) {
      Tensor d = derivative.get(values.get(i));
      if (d == null) continue;
      Parameter p = params.get(i);
      Tensor sum = g.variable(UpdateProgram.GRADIENT + p.name(), DType.F32, UpdateProgram.axes(p));
      g.assign(sum, shape.first ? d : g.add(sum, d));
    }
    g.assign(g.variable(LOSS, DType.F32, ONE), loss.scalar());
    loss.statistics().forEach((name, value) -> g.assign(g.variable(STATISTIC + name, DType.F32, ONE), value));
    return g.record((shape.first ? "accumulate " : "accumulate more ") + shape.sequences + "x" + shape.length);
  }

  Recipe recipe() {
    return recipe;
  }

  /** Takes over from another table between two steps: what that one wrote and this one does not is cleared by the next step, as nobody else does. */
  void succeed() {
    inherited = true;
  }

  /** The shapes whose programs are ready; from any thread. */
  Set<Shape> shapes() {
    return Set.copyOf(prepared.keySet());
  }

  /** Makes the program of a shape ready, unless it is. @param recording {@link #record} of this shape */
  void prepare(Shape shape, Recording recording) {
    if (prepared.containsKey(shape)) return;
    if (prepared.size() == MOST) prepared.remove(used.removeFirst()).close();
    var owned = new ArrayList<Buffer>();
    UnaryOperator<Buffer> own = b -> {
      owned.add(b);
      return b;
    };
    try {
      prepared.put(shape, prepare(recording, own, owned));
      used.addLast(shape);
    } catch (RuntimeException e) {
      owned.forEach(Buffer::close);
      throw e;
    }
  }

  private Prepared prepare(Recording recording, UnaryOperator<Buffer> own, List<Buffer> owned) {
    var inputs = new Inputs(device, recording, own);
    var bindings = new HashMap<>(buffers);
    bindings.putAll(inputs.buffers());
    Buffer total = own.apply(device.allocate(DType.F32, 1));
    bindings.put(LOSS, total);
    var statistics = new TreeMap<String, Buffer>();
    var written = new HashSet<String>();
    for (var b : recording.program().bindings()) {
      if (b.name().startsWith(UpdateProgram.GRADIENT)) written.add(b.name());
      if (b.name().startsWith(STATISTIC)) statistics.put(b.name().substring(STATISTIC.length()), own.apply(device.allocate(DType.F32, 1)));
    }
    statistics.forEach((name, buffer) -> bindings.put(STATISTIC + name, buffer));
    var executable = Bindings.prepare(device, recording, bindings, own, recipe.families());
    return new Prepared(executable, inputs, total, statistics, written, recording.flops(), owned);
  }

  private Prepared of(Shape shape) {
    Prepared p = prepared.get(shape);
    if (p == null) {
      prepare(shape, record(recipe.trainee(), shape));
      p = prepared.get(shape);
    } else {
      used.addLast(shape);
    }
    return p;
  }

  /** FLOPs of training on a micro-batch of this shape, by the operations' rules. */
  long flops(Shape shape) {
    return of(shape).flops;
  }

  /**
   * Adds the gradients of {@code count} sequences of a batch, from sequence {@code from}; from the first on they are written.
   *
   * @param statistics to which those of these sequences are added, by name
   * @return their part of the step's loss
   */
  double accumulate(StepBatch batch, int from, int count, Map<String, Double> statistics) {
    return run(new Shape(count, batch.length(), from == 0), batch, from, statistics);
  }

  /** The same by the program of a shape, whether or not it is the one for these sequences' place in the step. */
  double run(Shape shape, StepBatch batch, int from, Map<String, Double> statistics) {
    Prepared m = of(shape);
    if (inherited && shape.first) {
      inherited = false;
      gradients.forEach((name, buffer) -> {
        if (!m.gradients.contains(name)) buffer.clear();
      });
    }
    m.inputs.fill(batch, from, shape.sequences);
    m.executable.run();
    m.statistics.forEach((name, buffer) -> statistics.merge(name, one(buffer), Double::sum));
    return one(m.loss);
  }

  private static double one(Buffer buffer) {
    var value = new double[1];
    buffer.read(0, value, 0, 1);
    return value[0];
  }

  @Override
  public void close() {
    prepared.values().forEach(Prepared::close);
  }
}
