package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.Executable;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Slot;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Surgeon;

/**
 * An optimizer's moments behind a surgery, an exchange of the optimizer, or both: those whose meaning is known follow their weights, those that the new optimizer makes of others are made, the rest
 * begins at zero.
 */
final class MomentsAfter {
  static final String PREFIX = "moment.";

  private final Map<String, Long> updates = new TreeMap<>();
  private final Slot.Travelled travelled;
  private final Map<String, TensorSource> byName = new LinkedHashMap<>();

  /**
   * @param trained what the optimizer updates
   * @param before the optimizer's tensors in a checkpoint
   * @param counts how often each of its moments was updated
   */
  MomentsAfter(Surgeon surgeon, List<Parameter> trained, Optimizer optimizer, TensorSource before, Map<String, Long> counts, long seed, Catalogue catalogue) {
    var followed = new LinkedHashMap<String, TensorSource>();
    int most = counts.keySet().stream().mapToInt(name -> of(before, name).names().size()).max().orElse(0);
    counts.keySet().forEach(name -> {
      TensorSource own = of(before, name);
      var meaning = Meaning.ofMoment(name);
      if (surgeon.weightsStay()) followed.put(name, own);
      // One that is kept for some parameters only begins anew: a surgery makes one tensor out of several.
      else if (meaning.isPresent() && own.names().size() == most) followed.put(name, surgeon.operate(own, meaning.get(), seed));
    });
    var there = new LinkedHashMap<String, Set<String>>();
    followed.forEach((name, source) -> there.put(name, new HashSet<>(source.names())));
    var beginning = UpdateProgram.Beginning.record(trained, optimizer, there);
    var made = begin(surgeon, trained, beginning, followed, catalogue);
    var kept = new LinkedHashMap<String, Set<String>>();
    for (String name : optimizer.moments()) {
      var parameters = UpdateProgram.keeping(optimizer, name, trained);
      byName.put(name, new Made(parameters, followed.get(name), made.getOrDefault(name, Map.of())));
      kept.put(name, parameters.stream().map(Parameter::name).collect(Collectors.toSet()));
      updates.put(name, followed.containsKey(name) ? counts.get(name) : made.containsKey(name) ? followed.keySet().stream().mapToLong(counts::get).max().orElse(0) : 0);
    }
    var had = new LinkedHashMap<>(there);
    counts.keySet().forEach(name -> had.computeIfAbsent(name, n -> new HashSet<>(of(before, n).names())));
    var told = OptimizerSlot.travelled(there, kept, beginning.moments());
    var left = new ArrayList<>(told.left());
    had.forEach((name, all) -> {
      if (!there.containsKey(name)) OptimizerSlot.tell(left, name, all, all.size(), "");
    });
    travelled = new Slot.Travelled(told.carried().stream().map(c -> c + (surgeon.weightsStay() ? "" : ", as the weights")).toList(), told.begun(), left);
  }

  /** What {@link Optimizer#begin} makes of moments that are there, on one thread of the run's device. @return values by moment and parameter */
  private static Map<String, Map<String, float[]>> begin(Surgeon surgeon, List<Parameter> trained, UpdateProgram.Beginning beginning, Map<String, TensorSource> there, Catalogue catalogue) {
    var out = new LinkedHashMap<String, Map<String, float[]>>();
    if (beginning.program() == null) return out;
    DeviceProvider provider = catalogue.create(surgeon.after().config(), "device");
    try (Device device = provider.open(1)) {
      var bindings = new HashMap<String, Buffer>();
      for (Parameter p : trained) {
        there.forEach((name, source) -> {
          if (source.names().contains(p.name())) bindings.put(PREFIX + name + "." + p.name(), filled(device, source, p));
        });
        beginning.moments().forEach((name, parameters) -> {
          if (parameters.contains(p.name())) bindings.put(PREFIX + name + "." + p.name(), device.allocate(DType.F32, p.shape().length()));
        });
      }
      try (Executable program = Bindings.prepare(device, beginning.program(), bindings, b -> b, List.of())) {
        program.run();
      }
      beginning.moments().forEach((name, parameters) -> {
        var values = new HashMap<String, float[]>();
        for (String p : parameters) {
          Buffer b = bindings.get(PREFIX + name + "." + p);
          var v = new float[Math.toIntExact(b.length())];
          b.read(0, v, 0, v.length);
          values.put(p, v);
        }
        out.put(name, values);
      });
      return out;
    }
  }

  private static Buffer filled(Device device, TensorSource source, Parameter p) {
    Buffer b = device.allocate(DType.F32, p.shape().length());
    var values = new float[Math.toIntExact(b.length())];
    source.read(p.name(), 0, values, 0, values.length);
    b.write(0, values, 0, values.length);
    return b;
  }

  /** One moment out of all, under the names of its parameters. */
  static TensorSource of(TensorSource all, String moment) {
    return new Below(all, PREFIX + moment + ".");
  }

  /** How often each moment was updated. */
  Map<String, Long> updates() {
    return updates;
  }

  List<String> carried() {
    return travelled.carried();
  }

  List<String> begun() {
    return travelled.begun();
  }

  List<String> left() {
    return travelled.left();
  }

  /** All of them, named as in a checkpoint. */
  TensorSource tensors() {
    return new All(byName);
  }

  /** Tensors whose names have a prefix, without it. */
  private record Below(TensorSource all, String prefix) implements TensorSource {
    @Override
    public String description() {
      return all.description();
    }

    @Override
    public List<String> names() {
      return all.names().stream().filter(n -> n.startsWith(prefix)).map(n -> n.substring(prefix.length())).toList();
    }

    @Override
    public long[] shape(String name) {
      return all.shape(prefix + name);
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      all.read(prefix + name, offset, target, from, count);
    }
  }

  private record All(Map<String, TensorSource> byName) implements TensorSource {
    @Override
    public String description() {
      return "the optimizer's moments";
    }

    @Override
    public List<String> names() {
      return byName.entrySet().stream().flatMap(e -> e.getValue().names().stream().map(n -> PREFIX + e.getKey() + "." + n)).toList();
    }

    private String moment(String name) {
      return name.substring(PREFIX.length(), name.indexOf('.', PREFIX.length()));
    }

    private static String parameter(String name) {
      return name.substring(name.indexOf('.', PREFIX.length()) + 1);
    }

    @Override
    public long[] shape(String name) {
      return byName.get(moment(name)).shape(parameter(name));
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      byName.get(moment(name)).read(parameter(name), offset, target, from, count);
    }
  }

  /** @param followed where the values of parameters are that go on; null: of none @param values of those that begin from others, by parameter; what is in neither is zero */
  private record Made(List<Parameter> parameters, TensorSource followed, Map<String, float[]> values) implements TensorSource {
    @Override
    public String description() {
      return "new moments";
    }

    @Override
    public List<String> names() {
      return parameters.stream().map(Parameter::name).toList();
    }

    @Override
    public long[] shape(String name) {
      return java.util.Arrays.stream(parameters.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow().shape().sizes()).asLongStream().toArray();
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      float[] v = values.get(name);
      if (v == null && followed != null && followed.names().contains(name)) followed.read(name, offset, target, from, count);
      else if (v == null) java.util.Arrays.fill(target, from, from + count, 0);
      else System.arraycopy(v, Math.toIntExact(offset), target, from, count);
    }
  }
}
