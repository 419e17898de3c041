package org.vulpes.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;

/**
 * A part of the model. A brick that needs the very parameters that are there (another RoPE base, another activation) takes over like any program; the weights stay where they
 * are, and validation measures the model as it is now.
 */
final class BrickSlot extends RecipeSlot<Object> {
  /** The kinds of brick, each in a slot of its own. */
  static final List<String> KINDS = List.of("model.attention", "model.depth", "model.embedding", "model.feedforward", "model.norm", "model.position");

  private final Catalogue plugins;

  BrickSlot(String name, Catalogue plugins, Supplier<Engine> engine, Supplier<List<MicroBatches.Shape>> shapes) {
    super(name, engine, shapes);
    this.plugins = plugins;
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
