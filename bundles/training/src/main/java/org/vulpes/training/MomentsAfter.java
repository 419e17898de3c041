package org.vulpes.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.Executable;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Surgeon;

/**
 * An optimizer's moments behind a surgery, an exchange of the optimizer, or both: those whose meaning is known follow their weights, those that the new optimizer makes of others are made, the rest
 * begins at zero.
 */
final class MomentsAfter {
  static final String PREFIX = "moment.";

  private final Map<String, Long> updates = new TreeMap<>();
  private final List<String> carried = new ArrayList<>();
  private final List<String> begun = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final Map<String, TensorSource> byName = new LinkedHashMap<>();

  /**
   * @param trained what the optimizer updates
   * @param before the optimizer's tensors in a checkpoint
   * @param counts how often each of its moments was updated
   */
  MomentsAfter(Surgeon surgeon, List<Parameter> trained, Optimizer optimizer, TensorSource before, Map<String, Long> counts, long seed, Catalogue catalogue) {
    var followed = new LinkedHashMap<String, TensorSource>();
    counts.keySet().forEach(name -> {
      TensorSource own = new Below(before, PREFIX + name + ".");
      var meaning = Meaning.ofMoment(name);
      if (surgeon.weightsStay()) followed.put(name, own);
      else if (meaning.isPresent()) followed.put(name, surgeon.operate(own, meaning.get(), seed));
    });
    for (String name : optimizer.moments()) {
      if (!followed.containsKey(name)) continue;
      byName.put(name, followed.get(name));
      updates.put(name, counts.get(name));
      carried.add(told(name) + (surgeon.weightsStay() ? "" : ", as the weights"));
    }
    var made = begin(surgeon, trained, optimizer, followed, catalogue);
    for (String name : optimizer.moments()) {
      if (byName.containsKey(name)) continue;
      boolean fromOthers = made.containsKey(name);
      byName.put(name, fromOthers ? made.get(name) : new Made(trained, Map.of()));
      updates.put(name, fromOthers ? followed.keySet().stream().mapToLong(counts::get).max().orElse(0) : 0);
      begun.add(told(name) + (fromOthers ? " from what was there" : ""));
    }
    counts.keySet().stream().filter(name -> !byName.containsKey(name)).map(MomentsAfter::told).forEach(left::add);
  }

  /** What {@link Optimizer#begin} makes of moments that are there, on one thread of the run's device. */
  private static Map<String, TensorSource> begin(Surgeon surgeon, List<Parameter> trained, Optimizer optimizer, Map<String, TensorSource> there, Catalogue catalogue) {
    var out = new LinkedHashMap<String, TensorSource>();
    var beginning = UpdateProgram.Beginning.record(trained, optimizer, there.keySet());
    if (beginning.program() == null) return out;
    DeviceProvider provider = catalogue.create(surgeon.after().config(), "device");
    try (Device device = provider.open(1)) {
      var bindings = new HashMap<String, Buffer>();
      for (Parameter p : trained) {
        there.forEach((name, source) -> bindings.put(PREFIX + name + "." + p.name(), filled(device, source, p)));
        beginning.moments().forEach(name -> bindings.put(PREFIX + name + "." + p.name(), device.allocate(DType.F32, p.shape().length())));
      }
      try (Executable program = Bindings.prepare(device, beginning.program(), bindings, b -> b, List.of())) {
        program.run();
      }
      for (String name : beginning.moments()) {
        var values = new HashMap<String, float[]>();
        for (Parameter p : trained) {
          var v = new float[Math.toIntExact(p.shape().length())];
          bindings.get(PREFIX + name + "." + p.name()).read(0, v, 0, v.length);
          values.put(p.name(), v);
        }
        out.put(name, new Made(trained, values));
      }
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

  private static String told(String moment) {
    return switch (moment) {
      case "m" -> "m (first moment)";
      case "v" -> "v (second moment)";
      default -> moment;
    };
  }

  /** How often each moment was updated. */
  Map<String, Long> updates() {
    return updates;
  }

  List<String> carried() {
    return carried;
  }

  List<String> begun() {
    return begun;
  }

  List<String> left() {
    return left;
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

  /** @param values by parameter; absent: zeros */
  private record Made(List<Parameter> parameters, Map<String, float[]> values) implements TensorSource {
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
      if (v == null) java.util.Arrays.fill(target, from, from + count, 0);
      else System.arraycopy(v, Math.toIntExact(offset), target, from, count);
    }
  }
}
