package org.vulpes.training;

import java.util.LinkedHashMap;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.graph.Recording;
import org.vulpes.model.Parameter;
import org.vulpes.objective.StepBatch;
import org.vulpes.optimizer.Optimizer;

/**
 * The programs of a training step: <em>accumulate</em> for each shape of micro-batch, and <em>apply</em>. Owns the gradients. Each of the two tables can be exchanged as a
 * whole between two steps: {@link #accumulate(MicroBatches)} when kernels change, {@link #update(UpdateProgram)} when the optimizer does.
 */
final class StepPrograms implements AutoCloseable {
  private final Device device;
  private final double clip;
  private final Map<String, Buffer> parameters;
  private final Map<String, Buffer> gradients = new LinkedHashMap<>();
  private MicroBatches accumulate;
  private UpdateProgram update;

  /** @param parameters every tensor of the models and the objective, by the name of its variable */
  StepPrograms(Device device, Recipe recipe, Map<String, Buffer> parameters, Optimizer optimizer, double clip) {
    this.device = device;
    this.parameters = parameters;
    this.clip = clip;
    try {
      for (Parameter p : recipe.trainee().trained()) gradients.put(UpdateProgram.GRADIENT + p.name(), device.allocate(DType.F32, p.shape().length()));
      accumulate = newAccumulate(recipe);
      update = new UpdateProgram(device, recipe, parameters, gradients, optimizer, UpdateProgram.record(recipe.trainee().trained(), optimizer), clip, Map.of());
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Another table of micro-batch programs, still empty. */
  MicroBatches newAccumulate(Recipe recipe) {
    return new MicroBatches(device, recipe, parameters, gradients);
  }

  /** Another update, ready to take over. @param before moments of the one that is there, those of the same name included which it goes on with */
  UpdateProgram newUpdate(Recipe recipe, Optimizer optimizer, Recording recording, UpdateProgram.Beginning beginning, Map<String, Moment> before) {
    var out = new UpdateProgram(device, recipe, parameters, gradients, optimizer, recording, clip, before);
    try {
      out.prepareBeginning(device, beginning, before);
      return out;
    } catch (RuntimeException e) {
      out.close(before);
      throw e;
    }
  }

  MicroBatches accumulate() {
    return accumulate;
  }

  /** Exchanges the table of micro-batch programs; the caller closes the one that was there. */
  void accumulate(MicroBatches other) {
    other.succeed();
    accumulate = other;
  }

  UpdateProgram update() {
    return update;
  }

  /** Exchanges the update; the caller closes the one that was there. */
  void update(UpdateProgram other) {
    update = other;
  }

  /** FLOPs of training on a micro-batch of this shape, by the operations' rules. */
  long flops(MicroBatches.Shape shape) {
    return accumulate.flops(shape);
  }

  /** Adds the gradients of {@code count} sequences of a batch, from sequence {@code from}, and gives their part of the step's loss; see {@link MicroBatches#accumulate}. */
  double accumulate(StepBatch batch, int from, int count, Map<String, Double> statistics) {
    return accumulate.accumulate(batch, from, count, statistics);
  }

  /** Updates every parameter from the gradients. @return the gradient's global norm before clipping */
  double apply(double learningRate) {
    return update.run(learningRate);
  }

  /** Sets the gradients to zero, whatever a step that failed has left in them. */
  void clear() {
    for (Buffer g : gradients.values()) g.clear();
  }

  @Override
  public void close() {
    if (update != null) update.close();
    if (accumulate != null) accumulate.close();
    gradients.values().forEach(Buffer::close);
  }
}
