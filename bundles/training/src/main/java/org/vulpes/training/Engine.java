package org.vulpes.training;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.model.Decoder;
import org.vulpes.optimizer.Optimizer;

/**
 * A device and all of a run that lives on it: weights, programs with gradients and moments, the spare copy for a rewind, the validation's program. Exchanged as a whole when
 * the device is.
 */
final class Engine implements AutoCloseable {
  private static final int CHUNK = 1 << 14;

  final DeviceProvider provider;
  final Device device;
  final StepPrograms programs;
  final SpareState spare;
  private final int threads;
  private final double clip;
  private final Supplying supplying;
  private ModelWeights weights;
  private BitsPerByte metric;
  private RunSupply supply;

  /** How the validation's program is made. */
  interface Measuring {
    BitsPerByte on(Device device, Decoder model, Map<String, Buffer> parameters);
  }

  /** How what the objective is lent is made. */
  interface Supplying {
    RunSupply on(Device device, ModelWeights weights);
  }

  /** Opens a device and allocates everything, all of it zero. @param tuned what such a device chose for itself before @throws org.vulpes.compute.OutOfDeviceMemory when it does not fit; nothing stays open */
  Engine(DeviceProvider provider, int threads, SortedMap<String, String> tuned, Recipe recipe, Optimizer optimizer, double clip, Measuring measuring, Supplying supplying) {
    this.provider = provider;
    this.threads = threads;
    this.clip = clip;
    this.supplying = supplying;
    var opened = new Closer();
    try {
      device = opened.add(provider.open(threads, tuned));
      for (var family : recipe.kernels().entrySet()) KernelsSlot.check(family.getValue(), family.getKey(), device.info());
      weights = opened.add(ModelWeights.allocate(recipe.trainee(), device));
      programs = opened.add(new StepPrograms(device, recipe, weights.buffers(), optimizer, clip));
      spare = opened.add(new SpareState(device, weights.trained()));
      metric = measuring.on(device, recipe.trainee().policy(), weights.policy().buffers());
      supply = supplying.on(device, weights);
    } catch (Throwable e) {
      opened.close();
      throw e;
    }
  }

  /** The same on another device, with the programs of these shapes ready and what is not trained in place; what is trained, and moments, are zero. */
  Engine on(DeviceProvider other, Collection<MicroBatches.Shape> shapes) {
    return on(other, recipe(), shapes);
  }

  /** The same for another model on the same device. */
  Engine of(Recipe other, Collection<MicroBatches.Shape> shapes) {
    return on(provider, other, shapes);
  }

  /** The same for another model that reads another text. */
  Engine of(Recipe other, Collection<MicroBatches.Shape> shapes, Measuring measuring, Supplying supplying) {
    return on(provider, other, shapes, measuring, supplying);
  }

  private Engine on(DeviceProvider other, Recipe recipe, Collection<MicroBatches.Shape> shapes) {
    return on(other, recipe, shapes, metric::of, supplying);
  }

  private Engine on(DeviceProvider other, Recipe recipe, Collection<MicroBatches.Shape> shapes, Measuring measuring, Supplying supplying) {
    var out = new Engine(other, threads, other == provider ? device.tuned() : Collections.emptySortedMap(), recipe, programs.update().optimizer(), clip, measuring, supplying);
    try {
      for (var shape : shapes) out.programs.accumulate().prepare(shape, MicroBatches.record(recipe.trainee(), shape));
      var changing = weights.trained().keySet();
      var there = weights.buffers();
      out.weights.buffers().forEach((name, b) -> {
        if (!changing.contains(name) && !out.weights.trained().containsKey(name)) copy(there.get(name), b);
      });
      return out;
    } catch (RuntimeException | Error e) {
      out.close();
      throw e;
    }
  }

  ModelWeights weights() {
    return weights;
  }

  /** Sees the same memory as the tensors of another trainee: nothing of the one before is kept. */
  void under(Trainee other) {
    weights = weights.of(other);
  }

  BitsPerByte metric() {
    return metric;
  }

  /** Exchanges the validation's program; the caller closes the one that was there. */
  void metric(BitsPerByte other) {
    metric = other;
  }

  RunSupply supply() {
    return supply;
  }

  /** Exchanges what the objective is lent; the caller closes the one that was there. */
  void supply(RunSupply other) {
    supply = other;
  }

  /** What the objective would be lent under another trainee with the same tensors. */
  RunSupply supply(Trainee other) {
    return supplying.on(device, weights.of(other));
  }

  Recipe recipe() {
    return programs.accumulate().recipe();
  }

  /** Takes the values of what is trained, and moments, over from another engine with the same tensors, and how often the moments were updated. */
  void takeOver(Engine other) {
    var there = other.weights.trained();
    weights.trained().forEach((name, b) -> copy(there.get(name), b));
    var before = other.programs.update().moments();
    programs.update().moments().forEach((name, moment) -> {
      moment.buffers().forEach((p, b) -> copy(before.get(name).buffers().get(p), b));
      moment.updates = before.get(name).updates;
    });
  }

  /** Between devices numbers travel as float64: exact from F32; from the reference device they are rounded once. */
  private static void copy(Buffer from, Buffer to) {
    var chunk = new double[CHUNK];
    for (long at = 0; at < from.length(); at += CHUNK) {
      int n = (int) Math.min(CHUNK, from.length() - at);
      from.read(at, chunk, 0, n);
      to.write(at, chunk, 0, n);
    }
  }

  @Override
  public void close() {
    var all = new Closer();
    for (AutoCloseable c : List.of(device, weights, programs, spare, metric, supply)) all.add(c);
    all.close();
  }
}
