package org.vulpes.training;

import com.typesafe.config.Config;
import java.util.HashMap;
import java.util.TreeMap;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.model.Decoder;
import org.vulpes.objective.Pace;
import org.vulpes.objective.StepBatch;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;

/**
 * Trains on one made-up batch, through the programs of a real run (forward, backward, clip, update), and tells how long a step takes. For
 * a plan's estimate of time and for benchmarks.
 */
public final class SpeedProbe implements AutoCloseable {

  private final Device device;
  private final Trainee trainee;
  private final ModelWeights weights;
  private final StepPrograms programs;
  private final StepBatch batch;
  private final Pace pace;
  private final double learningRate;
  private double loss = Double.NaN;

  private SpeedProbe(Device device, Trainee trainee, ModelWeights weights, StepPrograms programs, StepBatch batch, Pace pace, double learningRate) {
    this.device = device;
    this.trainee = trainee;
    this.weights = weights;
    this.programs = programs;
    this.batch = batch;
    this.pace = pace;
    this.learningRate = learningRate;
  }

  /**
   * Tokens of the budget a second at the pace of the last lesson: the best step, as the first ones run in code that is not compiled yet. What an objective does before a step is taken to run at the
   * step's FLOP/s.
   */
  public static double tokensPerSecond(Config config, Catalogue catalogue, int vocabulary) {
    try (var probe = open(config, catalogue, vocabulary)) {
      double rows = SteadySpeed.seconds(probe::step) * probe.pace.sequences() / probe.sequences();
      return probe.pace.tokens() / (rows * StepCost.flops(probe.trainee, probe.pace) / StepCost.flops(probe.trainee, probe.pace.after(0)));
    }
  }

  /**
   * A model with fresh weights on the configured device, and a batch of one micro-batch of the shape that the last lesson's steps have.
   *
   * @param config whole and resolved
   * @throws org.vulpes.slot.InvalidInput when the device cannot be used here
   */
  public static SpeedProbe open(Config config, Catalogue catalogue, int vocabulary) {
    var settings = RunSettings.of(config);
    Trainee trainee = Trainee.of(config, catalogue, vocabulary);
    Curriculum curriculum = catalogue.create(config, "curriculum");
    Optimizer optimizer = catalogue.create(config, "optimizer");
    DeviceProvider provider = catalogue.create(config, "device");
    DeviceSlot.usable(provider, config.getString("device.use"));
    var kernels = new TreeMap<String, KernelFamily>();
    for (String family : KernelFamily.ALL) kernels.put(family, catalogue.create(config, "kernels." + family));
    Pace pace = trainee.objective().pace(curriculum.plan(settings.tokens()).getLast().lesson());
    int length = pace.length();
    int sequences = MicroBatches.sequences(trainee, settings.microBatchTokens(), length);
    StepBatch batch = Inputs.madeUp(MicroBatches.record(trainee, new MicroBatches.Shape(sequences, length, true)), sequences, length, vocabulary, 1);
    Device device = provider.open(settings.threads());
    try {
      // The device frees what was made on it when it is closed.
      ModelWeights weights = ModelWeights.allocate(trainee, device);
      weights.initialise(0);
      weights.frozen().values().forEach(w -> w.initialise(0));
      var programs = new StepPrograms(device, new Recipe(trainee, kernels), weights.buffers(), optimizer, settings.clip());
      return new SpeedProbe(device, trainee, weights, programs, batch, pace, optimizer.learningRate());
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** Trains one step. @return its seconds */
  public double step() {
    long begin = System.nanoTime();
    loss = programs.accumulate(batch, 0, batch.sequences(), new HashMap<>());
    programs.apply(learningRate);
    return (System.nanoTime() - begin) * 1e-9;
  }

  /** The last step's mean loss, nats a token. */
  public double loss() {
    return loss;
  }

  /** Of a step. */
  public int tokens() {
    return batch.sequences() * batch.length();
  }

  public int sequences() {
    return batch.sequences();
  }

  public int sequenceLength() {
    return batch.length();
  }

  public Decoder model() {
    return trainee.policy();
  }

  public DeviceInfo device() {
    return device.info();
  }

  /** The most memory that the device has held: parameters, gradients, moments and what a step needs besides, in bytes. */
  public long peakBytes() {
    return device.peakBytes();
  }

  @Override
  public void close() {
    programs.close();
    weights.close();
    device.close();
  }
}
