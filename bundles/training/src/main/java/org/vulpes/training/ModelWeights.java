package org.vulpes.training;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.model.Parameter;
import org.vulpes.model.Weights;

/**
 * The values of every tensor that the programs of a run read.
 *
 * @param policy the model that is trained
 * @param own tensors of the objective
 * @param frozen the other models, by role
 */
record ModelWeights(Trainee trainee, Weights policy, Weights own, SortedMap<String, Weights> frozen) implements AutoCloseable {

  /** Memory for all of them, all zero. */
  static ModelWeights allocate(Trainee trainee, Device device) {
    var made = new ArrayList<Weights>();
    try {
      made.add(Weights.allocate(trainee.policy(), device));
      made.add(Weights.allocate(trainee.own(), device));
      var frozen = new TreeMap<String, Weights>();
      trainee.models().frozen().forEach((role, decoder) -> {
        made.add(Weights.allocate(decoder, device));
        frozen.put(role, made.getLast());
      });
      return new ModelWeights(trainee, made.get(0), made.get(1), Collections.unmodifiableSortedMap(frozen));
    } catch (RuntimeException e) {
      made.forEach(Weights::close);
      throw e;
    }
  }

  /** The same memory under another trainee with the same tensors. */
  ModelWeights of(Trainee other) {
    return new ModelWeights(other, policy, own, frozen);
  }

  /** Gives what is trained, and what lies below it, its initial values. */
  void initialise(long seed) {
    policy.initialise(seed);
    own.initialise(seed);
  }

  /** By the name of their variables: those of a role begin with its name. */
  Map<String, Buffer> buffers() {
    var out = new LinkedHashMap<>(policy.buffers());
    out.putAll(own.buffers());
    frozen.forEach((role, weights) -> weights.buffers().forEach((name, buffer) -> out.put(role + "." + name, buffer)));
    return out;
  }

  /** Those that training changes, by name. */
  Map<String, Buffer> trained() {
    var all = buffers();
    var out = new LinkedHashMap<String, Buffer>();
    for (Parameter p : trainee.trained()) out.put(p.name(), all.get(p.name()));
    return out;
  }

  @Override
  public void close() {
    policy.close();
    own.close();
    List.copyOf(frozen.values()).forEach(Weights::close);
  }
}
