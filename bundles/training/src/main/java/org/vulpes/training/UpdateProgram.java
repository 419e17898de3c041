package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.ClipFactor;
import org.vulpes.graph.operations.SquaredNorm;
import org.vulpes.model.Parameter;
import org.vulpes.optimizer.Optimizer;

/** The program <em>apply</em> of one optimizer: clip, update. With the moments it works on, which another optimizer's program may go on using. */
final class UpdateProgram implements AutoCloseable {
  static final String GRADIENT = "gradient.";
  private static final String MOMENT = MomentsAfter.PREFIX;

  private final List<Parameter> trained;
  private final Optimizer optimizer;
  private final Map<String, Moment> moments = new LinkedHashMap<>();
  private final Buffer hyper;
  private final Buffer squaredNorm;
  private final Executable executable;
  /** Gives new moments their first values; null when all of them begin at zero. */
  private Executable beginning;
  private Map<String, Moment> before = Map.of();
  private List<String> begun = List.of();
  private final List<Buffer> owned = new ArrayList<>();

  /**
   * @param gradients by parameter, "gradient." before the name
   * @param recording {@link #record} of the same tensors and optimizer
   * @param carried moments that exist already, by name; the others are new and zero
   */
  UpdateProgram(Device device, List<Parameter> trained, Map<String, Buffer> parameters, Map<String, Buffer> gradients, Optimizer optimizer, Recording recording, double clip,
      Map<String, Moment> carried) {
    this.trained = trained;
    this.optimizer = optimizer;
    try {
      for (String name : optimizer.moments()) moments.put(name, carried.containsKey(name) ? carried.get(name) : new Moment(device, trained));
      hyper = own(device.allocate(DType.F32, Optimizer.HYPER));
      squaredNorm = own(device.allocate(DType.F32, 1));
      Buffer limit = own(device.allocate(DType.F32, 1));
      limit.write(0, new double[] {clip}, 0, 1);
      var bindings = new HashMap<>(parameters);
      bindings.putAll(gradients);
      moments.forEach((name, moment) -> moment.buffers().forEach((p, b) -> bindings.put(MOMENT + name + "." + p, b)));
      bindings.putAll(Map.of("hyper", hyper, "clip", limit, "squared-norm", squaredNorm));
      executable = Bindings.prepare(device, recording, bindings, this::own, List.of());
    } catch (RuntimeException e) {
      owned.forEach(Buffer::close);
      moments.forEach((name, moment) -> {
        if (moment != carried.get(name)) moment.close();
      });
      throw e;
    }
  }

  /** The program that gives the moments which the optimizer before did not keep their first values. @param before names of the moments that it kept @param program null when all begin at zero */
  record Beginning(List<String> moments, Recording program) {
    static Beginning record(List<Parameter> trained, Optimizer optimizer, Set<String> before) {
      var g = new Graph();
      var begun = new LinkedHashSet<String>();
      for (Parameter p : trained) {
        var there = new LinkedHashMap<String, Tensor>();
        for (String name : before) there.put(name, g.variable(MOMENT + name + "." + p.name(), DType.F32, axes(p)));
        for (String name : optimizer.moments()) {
          Tensor value = before.contains(name) ? null : optimizer.begin(g, name, there);
          if (value == null) continue;
          begun.add(name);
          g.assign(g.variable(MOMENT + name + "." + p.name(), DType.F32, axes(p)), value);
        }
      }
      return new Beginning(List.copyOf(begun), begun.isEmpty() ? null : g.record("begin"));
    }
  }

  /** Makes ready what {@link #begin} runs. @param before moments of the optimizer that was there */
  void prepareBeginning(Device device, Beginning beginning, Map<String, Moment> before) {
    if (beginning.program == null) return;
    var bindings = new HashMap<String, Buffer>();
    before.forEach((name, moment) -> moment.buffers().forEach((p, b) -> bindings.put(MOMENT + name + "." + p, b)));
    beginning.moments.forEach(name -> moments.get(name).buffers().forEach((p, b) -> bindings.put(MOMENT + name + "." + p, b)));
    this.beginning = Bindings.prepare(device, beginning.program, bindings, this::own, List.of());
    begun = beginning.moments;
    this.before = before;
  }

  /** The handover cannot be undone any more: lets go of the optimizer before. */
  void forgetBeginning() {
    if (beginning != null) beginning.close();
    beginning = null;
    before = Map.of();
  }

  /** At the handover: moments that are not there yet begin with what follows from those that are. */
  void begin() {
    if (beginning == null) return;
    beginning.run();
    long updates = before.values().stream().mapToLong(m -> m.updates).max().orElse(0);
    for (String name : begun) moments.get(name).updates = updates;
  }

  private Buffer own(Buffer b) {
    owned.add(b);
    return b;
  }

  static Recording record(List<Parameter> trained, Optimizer optimizer) {
    var g = new Graph();
    var grads = new ArrayList<Tensor>();
    for (Parameter p : trained) grads.add(g.variable(GRADIENT + p.name(), DType.F32, axes(p)));
    Tensor norm = g.one(new SquaredNorm(), grads.toArray(Tensor[]::new));
    g.assign(g.variable("squared-norm", DType.F32, Axis.of("one", 1)), norm);
    Tensor factor = g.one(new ClipFactor(), norm, g.variable("clip", DType.F32, Axis.of("one", 1)));
    Tensor numbers = g.variable("hyper", DType.F32, Axis.of("hyper", Optimizer.HYPER));
    for (int i = 0; i < trained.size(); i++) {
      Parameter p = trained.get(i);
      Tensor value = g.variable(p.name(), DType.F32, axes(p));
      var state = optimizer.moments().stream().map(m -> g.variable(MOMENT + m + "." + p.name(), DType.F32, axes(p))).toList();
      try (var place = g.at(p.name())) {
        optimizer.update(g, value, grads.get(i), state, factor, numbers, p.decay());
      }
    }
    return g.record("apply");
  }

  static Axis[] axes(Parameter p) {
    return p.shape().axes().toArray(Axis[]::new);
  }

  Optimizer optimizer() {
    return optimizer;
  }

  /** In the order of {@link Optimizer#moments}. */
  Map<String, Moment> moments() {
    return moments;
  }

  /** Moments by name, "moment.m.model.embed_tokens.weight", each of its parameter's size. */
  Tensors tensors() {
    var out = new Tensors("the optimizer's moments");
    moments.forEach((name, moment) -> {
      for (Parameter p : trained) out.put(MOMENT + name + "." + p.name(), p, moment.buffers().get(p.name()));
    });
    return out;
  }

  /** Updates every parameter from the gradients. @return the gradient's global norm before clipping */
  double run(double learningRate) {
    long[] updates = new long[moments.size()];
    int i = 0;
    for (Moment m : moments.values()) updates[i++] = ++m.updates;
    hyper.write(0, optimizer.hyper(updates, learningRate), 0, Optimizer.HYPER);
    executable.run();
    var norm = new double[1];
    squaredNorm.read(0, norm, 0, 1);
    return StrictMath.sqrt(norm[0]);
  }

  /** Frees the program, and the moments that are not to be kept. @param kept moments that another program uses */
  void close(Map<String, Moment> kept) {
    executable.close();
    if (beginning != null) beginning.close();
    owned.forEach(Buffer::close);
    moments.forEach((name, moment) -> {
      if (kept.get(name) != moment) moment.close();
    });
  }

  @Override
  public void close() {
    close(Map.of());
  }
}
