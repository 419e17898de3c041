package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** Not the model: its bricks may be exchanged, and their bundles go. */
  private final List<Parameter> trained;
  private final Optimizer optimizer;
  private final Map<String, Moment> moments = new LinkedHashMap<>();
  private final Buffer hyper;
  private final Buffer squaredNorm;
  private final Executable executable;
  /** Gives new moments their first values; null when all of them begin at zero. */
  private Executable beginning;
  private Map<String, Moment> before = Map.of();
  private Set<String> begun = Set.of();
  private final List<Buffer> owned = new ArrayList<>();

  /**
   * @param gradients by parameter, "gradient." before the name
   * @param recording {@link #record} of the same model and optimizer
   * @param carried moments that exist already, by name; the others are new and zero
   */
  UpdateProgram(Device device, Recipe recipe, Map<String, Buffer> parameters, Map<String, Buffer> gradients, Optimizer optimizer, Recording recording, double clip,
      Map<String, Moment> carried) {
    trained = recipe.trainee().trained();
    this.optimizer = optimizer;
    try {
      for (String name : optimizer.moments()) moments.put(name, moment(device, name, carried.get(name)));
      hyper = own(device.allocate(DType.F32, Optimizer.HYPER));
      squaredNorm = own(device.allocate(DType.F32, 1));
      Buffer limit = own(device.allocate(DType.F32, 1));
      limit.write(0, new double[] {clip}, 0, 1);
      var bindings = new HashMap<>(parameters);
      bindings.putAll(gradients);
      moments.forEach((name, moment) -> moment.buffers().forEach((p, b) -> bindings.put(MOMENT + name + "." + p, b)));
      bindings.putAll(Map.of("hyper", hyper, "clip", limit, "squared-norm", squaredNorm));
      executable = Bindings.prepare(device, recording, bindings, this::own, recipe.families());
    } catch (RuntimeException e) {
      owned.forEach(Buffer::close);
      moments.forEach((name, moment) -> moment.close(carried.get(name)));
      throw e;
    }
  }

  /** The moment that is there, when it is kept for the very same parameters; else a new one, with what of it there is. */
  private Moment moment(Device device, String name, Moment there) {
    var keeping = keeping(optimizer, name, trained);
    boolean same = there != null && there.buffers().keySet().equals(keeping.stream().map(Parameter::name).collect(Collectors.toSet()));
    return same ? there : new Moment(device, keeping, there);
  }

  static List<Parameter> keeping(Optimizer optimizer, String moment, List<Parameter> parameters) {
    return parameters.stream().filter(p -> optimizer.moments(p).contains(moment)).toList();
  }

  /** Nothing begins: every moment goes on. */
  static final Beginning GOES_ON = new Beginning(Map.of(), null);

  /**
   * The program that gives the moments which the optimizer before did not keep their first values.
   *
   * @param moments that begin so, each with the parameters for which it does
   * @param program null when all begin at zero
   */
  record Beginning(Map<String, Set<String>> moments, Recording program) {
    /** @param before the parameters for which the other optimizer keeps each of its moments, by moment */
    static Beginning record(List<Parameter> trained, Optimizer optimizer, Map<String, Set<String>> before) {
      var g = new Graph();
      var begun = new LinkedHashMap<String, Set<String>>();
      for (Parameter p : trained) {
        var there = new LinkedHashMap<String, Tensor>();
        before.forEach((name, parameters) -> {
          if (parameters.contains(p.name())) there.put(name, g.variable(MOMENT + name + "." + p.name(), DType.F32, axes(p)));
        });
        for (String name : optimizer.moments(p)) {
          Tensor value = there.containsKey(name) ? null : optimizer.begin(g, name, there);
          if (value == null) continue;
          begun.computeIfAbsent(name, n -> new HashSet<>()).add(p.name());
          g.assign(g.variable(MOMENT + name + "." + p.name(), DType.F32, axes(p)), value);
        }
      }
      return new Beginning(begun, begun.isEmpty() ? null : g.record("begin"));
    }
  }

  /** Makes ready what {@link #begin} runs. @param before moments of the optimizer that was there */
  void prepareBeginning(Device device, Beginning beginning, Map<String, Moment> before) {
    this.before = before;
    if (beginning.program == null) return;
    var bindings = new HashMap<String, Buffer>();
    before.forEach((name, moment) -> moment.buffers().forEach((p, b) -> bindings.put(MOMENT + name + "." + p, b)));
    beginning.moments.forEach((name, parameters) -> parameters.forEach(p -> bindings.put(MOMENT + name + "." + p, moments.get(name).buffers().get(p))));
    this.beginning = Bindings.prepare(device, beginning.program, bindings, this::own, List.of());
    begun = beginning.moments.keySet();
  }

  /** The handover cannot be undone any more: lets go of the optimizer before. */
  void forgetBeginning() {
    if (beginning != null) beginning.close();
    beginning = null;
    before = Map.of();
  }

  /** At the handover: moments that are not there yet begin with what follows from those that are. */
  void begin() {
    if (beginning != null) beginning.run();
    long most = before.values().stream().mapToLong(m -> m.updates).max().orElse(0);
    moments.forEach((name, moment) -> {
      Moment there = before.get(name);
      if (there == null && begun.contains(name)) moment.updates = most;
      // Some of its buffers have seen as many updates as before; what began from others counts as they do.
      if (there != null && there != moment) moment.updates = there.updates;
    });
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
      var state = optimizer.moments(p).stream().map(m -> g.variable(MOMENT + m + "." + p.name(), DType.F32, axes(p))).toList();
      try (var place = g.at(p.name())) {
        optimizer.update(g, p, value, grads.get(i), state, factor, numbers);
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

  /** The parameters for which each moment is kept, by moment. */
  Map<String, Set<String>> kept() {
    var out = new LinkedHashMap<String, Set<String>>();
    moments.forEach((name, moment) -> out.put(name, moment.buffers().keySet()));
    return out;
  }

  /** Moments by name, "moment.m.model.embed_tokens.weight", each of its parameter's size. */
  Tensors tensors() {
    var out = new Tensors("the optimizer's moments");
    moments.forEach((name, moment) -> {
      for (Parameter p : keeping(optimizer, name, trained)) out.put(MOMENT + name + "." + p.name(), p, moment.buffers().get(p.name()));
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
    moments.forEach((name, moment) -> moment.close(kept.get(name)));
  }

  @Override
  public void close() {
    close(Map.of());
  }
}
