package org.vulpes.training;

import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/** The objective. Its state goes over when both mean the same by it; that of another kind is left behind, and the new one begins afresh. */
final class ObjectiveSlot extends RecipeSlot<Objective> {
  private final IntFunction<Material> material;
  private final Supplier<Tokenizer> tokenizer;
  private final RunReward reward;

  /** @param material what the run is taught, for a policy that can take so many tokens @param reward that an objective may ask for */
  ObjectiveSlot(IntFunction<Material> material, Supplier<Tokenizer> tokenizer, RunReward reward, Supplier<Engine> engine, Supplier<List<MicroBatches.Shape>> shapes) {
    super("objective", engine, shapes);
    this.material = material;
    this.tokenizer = tokenizer;
    this.reward = reward;
  }

  @Override
  public Snapshot save() {
    return engine.get().recipe().trainee().objective().save();
  }

  @Override
  public Handover prepare(Maker<Objective> maker, Snapshot state) {
    Objective tried = maker.get();
    if (same(state, tried.save())) tried.restore(state);
    return super.prepare(maker, state);
  }

  @Override
  Recipe with(Recipe now, Maker<Objective> maker) {
    Trainee next = now.trainee().with(reward.judge(maker.get()));
    String other = BrickSlot.difference(now.trainee().trained(), next.trained());
    if (!other.isEmpty()) throw new InvalidInput("under it, " + other + ": tensors of an objective cannot come and go in a run");
    return now.with(next.check(tokenizer.get()).check(material.apply(next.policy().longest())));
  }

  @Override
  Travelled travel(Recipe before, Recipe after) {
    Snapshot old = before.trainee().objective().save();
    Snapshot fresh = after.trainee().objective().save();
    if (same(old, fresh)) {
      after.trainee().objective().restore(old);
      return new Travelled(named(old), List.of(), List.of());
    }
    return new Travelled(List.of(), named(fresh), named(old));
  }

  private static boolean same(Snapshot a, Snapshot b) {
    return a.schema().equals(b.schema()) && a.version() == b.version();
  }

  private static List<String> named(Snapshot s) {
    return s.values().isEmpty() ? List.of() : List.of("state of " + s.schema() + " (" + String.join(", ", s.values().keySet()) + ")");
  }
}
