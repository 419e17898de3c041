package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Snapshot;
import org.vulpes.surgery.Anatomy;
import org.vulpes.surgery.Surgeon;
import org.vulpes.tokenizer.Tokenizer;

/**
 * A part of the model. A brick that needs the very parameters that are there (another RoPE base, another activation) takes over like any program; the weights stay where they
 * are, and validation measures the model as it is now. One that needs others takes over by surgery ({@link EngineSurgery}), if there is one.
 */
final class BrickSlot extends RecipeSlot<Object> {
  /** The kinds of brick, each in a slot of its own. */
  static final List<String> KINDS = List.of("model.attention", "model.depth", "model.embedding", "model.feedforward", "model.norm", "model.position");

  private final Catalogue plugins;
  private final Theatre theatre;

  /**
   * What surgery needs of the run.
   *
   * @param config as its slots are filled now
   * @param exchange takes another engine
   * @param measuredBytes of each domain's validation text that tell what a surgery cost
   */
  record Theatre(Supplier<Config> config, Supplier<Tokenizer> tokenizer, Consumer<Engine> exchange, long seed, long measuredBytes) {}

  BrickSlot(String name, Catalogue plugins, Supplier<Engine> engine, Supplier<List<MicroBatches.Shape>> shapes, Theatre theatre) {
    super(name, engine, shapes);
    this.plugins = plugins;
    this.theatre = theatre;
  }

  @Override
  Recipe with(Recipe now, Maker<Object> maker) {
    Decoder before = now.trainee().policy();
    Decoder after = Decoder.of(maker.config(), maker.over(plugins), before.vocabulary());
    String other = difference(before.parameters(), after.parameters());
    if (!other.isEmpty()) {
      throw new InvalidInput("with " + name() + " = " + maker.use() + " as asked for, " + other + ": weights that are trained cannot go on in it as they are");
    }
    return now.with(now.trainee().with(after));
  }

  @Override
  public Handover prepare(Maker<Object> maker, Snapshot state) {
    Recipe now = engine.get().recipe();
    Decoder before = now.trainee().policy();
    Decoder after = Decoder.of(maker.config(), maker.over(plugins), before.vocabulary());
    return difference(before.parameters(), after.parameters()).isEmpty() ? super.prepare(maker, state) : operate(now, after, maker);
  }

  private Handover operate(Recipe now, Decoder after, Maker<Object> maker) {
    Trainee trainee = now.trainee();
    if (trainee.policy().adapted() || !trainee.own().isEmpty()) {
      throw new InvalidInput("weights with adapters, or under an objective with tensors of its own, cannot be operated on; " + difference(trainee.policy().parameters(), after.parameters()));
    }
    Config config = theatre.config.get();
    Tokenizer tokenizer = theatre.tokenizer.get();
    var surgeon = Surgeon.plan(new Anatomy(config, tokenizer, trainee.policy()), new Anatomy(maker.config(), tokenizer, after), maker.over(plugins));
    lasting(config, after, maker);
    Recipe next = now.with(trainee.with(after));
    var shapes = inUse();
    for (var shape : MicroBatches.Shape.least(shapes, next.trainee().objective().together())) judge(now, next, engine.get().provider, shape);
    return new EngineSurgery(surgeon, engine.get().of(next, shapes), engine, theatre.exchange, theatre.seed, theatre.measuredBytes);
  }

  /** A run that is resumed knows a plugin, its options and the keys beside them, and nothing else that was set by hand. */
  private void lasting(Config now, Decoder after, Maker<Object> maker) {
    String options = name() + "." + ConfigUtil.joinPath(maker.use());
    Config kept = now.withValue(name() + ".use", maker.config().getValue(name() + ".use"));
    if (maker.config().hasPath(options)) kept = kept.withValue(options, maker.config().getValue(options));
    for (String key : Occupant.beside(name())) kept = kept.withValue(key, maker.config().getValue(key));
    String lost = difference(Decoder.of(kept, maker.over(plugins), after.vocabulary()).parameters(), after.parameters());
    if (!lost.isEmpty()) {
      throw new InvalidInput("what is no option of '" + maker.use() + "' cannot be exchanged with it (model.layers belongs to the slot model.depth): swap the slot that it belongs to, write changes = [{ at = …, … }] or fork the run");
    }
  }

  /** What the other parameters differ in, in words; empty when values of the ones are values of the others. */
  static String difference(List<Parameter> before, List<Parameter> after) {
    var there = byName(before);
    var then = byName(after);
    for (Parameter p : after) if (!there.containsKey(p.name())) return "the model has a parameter " + p.name() + " " + p.shape() + " that it has not now";
    for (Parameter p : before) if (!then.containsKey(p.name())) return "the model has no parameter " + p.name();
    for (Parameter p : after) {
      Parameter old = there.get(p.name());
      if (!old.shape().sameSizes(p.shape())) return "parameter " + p.name() + " is " + p.shape() + ", not " + old.shape();
      if (old.decay() != p.decay()) return "parameter " + p.name() + " is " + (p.decay() ? "" : "not ") + "decayed";
    }
    return "";
  }

  private static Map<String, Parameter> byName(List<Parameter> all) {
    var out = new HashMap<String, Parameter>();
    for (Parameter p : all) out.put(p.name(), p);
    return out;
  }
}
