package org.vulpes.surgery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Finds the surgeries that turn one model into another, and does them one after the other. */
public final class Surgeon {
  private static final String SLOT = "surgery";
  /** What decides only how parameters begin, or where they belong in counts and decay: their values go on. */
  private static final List<String> BEGINNINGS = List.of("initial-deviation", "residual-scaling", "decay");
  private static final String VOCABULARY = "tokenizer";

  private final List<Step> steps;
  private final Anatomy after;
  private final boolean same;

  private record Step(String surgery, Change change, Operation operation) {}

  private record Known(String use, Surgery surgery) {
    boolean concerns(String key) {
      return surgery.keys().stream().anyMatch(k -> key.equals(k) || key.startsWith(k + "."));
    }
  }

  private Surgeon(List<Step> steps, Anatomy after, boolean same) {
    this.steps = List.copyOf(steps);
    this.after = after;
    this.same = same;
  }

  /**
   * Looks for the surgeries, and has each of them look at its part of the change. Nothing is operated on yet.
   *
   * @throws InvalidInput when nothing installed can do it; the message names the key
   */
  public static Surgeon plan(Anatomy before, Anatomy after, Catalogue catalogue) {
    var changed = differences(before, after);
    var known = new ArrayList<Known>();
    for (var e : catalogue.entries()) {
      if (e.slot().equals(SLOT)) known.add(new Known(e.use(), catalogue.<Surgery>plugin(SLOT, e.use()).create(Options.at(after.config(), SLOT + "." + ConfigUtil.joinPath(e.use())))));
    }
    var steps = new ArrayList<Step>();
    Anatomy at = before;
    for (Known k : known) {
      var own = changed.stream().filter(k::concerns).toList();
      if (own.isEmpty()) continue;
      changed.removeAll(own);
      Anatomy next = with(at, own, after, catalogue);
      var change = new Change(at, next);
      steps.add(new Step(k.use, change, k.surgery.plan(change)));
      at = next;
    }
    var rest = new Change(at, after);
    if (!changed.isEmpty()) {
      if (!rest.sameParameters()) throw nobody(changed, before, after, known);
      boolean only = changed.stream().allMatch(Surgeon::beginning);
      var told = changed.stream().filter(key -> !beginning(key)).toList();
      steps.add(new Step("", rest, new Operation(only ? String.join(", ", changed) + ": only how new weights would begin" : String.join(", ", told) + ": the same weights, put together otherwise", only, body -> {})));
    }
    return new Surgeon(steps, after, new Change(before, after).sameParameters() && before.tokenizer().fingerprint().equals(after.tokenizer().fingerprint()));
  }

  private static boolean beginning(String key) {
    return BEGINNINGS.contains(key.substring(key.lastIndexOf('.') + 1));
  }

  private static InvalidInput nobody(TreeSet<String> changed, Anatomy before, Anatomy after, List<Known> known) {
    String key = changed.first();
    String place = after.config().hasPath(key) ? Options.place(after.config().getValue(key)) : "";
    var can = new TreeSet<String>();
    known.forEach(k -> can.addAll(k.surgery.keys()));
    return new InvalidInput(place + "no surgery turns a model with " + said(before.config(), key) + " into one with " + said(after.config(), key) + (changed.size() > 1 ? " (and "
        + String.join(", ", changed.tailSet(key, false)) + ")" : "") + "; those that are installed change " + (can.isEmpty() ? "nothing" : String.join(", ", can)) + ".");
  }

  private static String said(Config config, String key) {
    return key + " = " + (config.hasPath(key) ? config.getValue(key).unwrapped() : "null");
  }

  /** The model with these keys as they are in the other. */
  private static Anatomy with(Anatomy at, List<String> keys, Anatomy from, Catalogue catalogue) {
    Config config = at.config();
    for (String key : keys) {
      if (key.equals(VOCABULARY)) continue;
      config = from.config().hasPathOrNull(key) ? config.withValue(key, value(from.config(), key)) : config.withoutPath(key);
    }
    return Anatomy.of(config, keys.contains(VOCABULARY) ? from.tokenizer() : at.tokenizer(), catalogue);
  }

  private static ConfigValue value(Config config, String key) {
    ConfigValue at = config.root();
    for (String element : ConfigUtil.splitPath(key)) at = ((ConfigObject) at).get(element);
    return at;
  }

  /** Keys of the model block that differ, leaf by leaf; and {@code tokenizer} for another vocabulary. */
  private static TreeSet<String> differences(Anatomy before, Anatomy after) {
    var out = new TreeSet<String>();
    var old = leaves(before.config());
    var now = leaves(after.config());
    old.forEach((key, value) -> {
      if (!value.equals(now.get(key))) out.add(key);
    });
    now.keySet().stream().filter(key -> !old.containsKey(key)).forEach(out::add);
    if (!before.tokenizer().fingerprint().equals(after.tokenizer().fingerprint())) out.add(VOCABULARY);
    return out;
  }

  private static TreeMap<String, Object> leaves(Config config) {
    var out = new TreeMap<String, Object>();
    if (config.hasPath("model")) collect(config.getValue("model"), "model", out);
    return out;
  }

  private static void collect(ConfigValue value, String path, TreeMap<String, Object> out) {
    if (value instanceof ConfigObject block && !block.isEmpty()) block.forEach((key, below) -> collect(below, path + "." + ConfigUtil.joinPath(key), out));
    else out.put(path, value.unwrapped() == null ? "null" : value.unwrapped());
  }

  /** Whether the weights stay as they are: names, shapes and vocabulary are the same. */
  public boolean weightsStay() {
    return same;
  }

  /** Whether there is nothing to do. */
  public boolean isNothing() {
    return steps.isEmpty();
  }

  /** Whether the model computes the same function afterwards, but for rounding. */
  public boolean exact() {
    return steps.stream().allMatch(s -> s.operation.exact());
  }

  /** What is done, in words, in order. */
  public List<String> words() {
    return steps.stream().map(s -> s.operation.what() + (s.operation.exact() ? " (exact)" : "")).toList();
  }

  /**
   * The tensors as the new model has them.
   *
   * @param source weights, or one moment, under the names of the old model's parameters
   * @param seed of the run, from which new weights follow
   * @throws InvalidInput when a surgery left something else than the new model's parameters
   */
  public TensorSource operate(TensorSource source, Meaning meaning, long seed) {
    var body = new Body(source, meaning, seed);
    for (Step s : steps) {
      s.operation.work().on(body);
      check(s, body);
    }
    return body;
  }

  private static void check(Step step, Body body) {
    var wanted = Change.shapes(step.change.after());
    for (Parameter p : step.change.after().decoder().parameters()) {
      if (!body.has(p.name())) throw new InvalidInput("Surgery '" + step.surgery + "' leaves no " + p.name() + ", which the new model has.");
      if (!Arrays.equals(body.shape(p.name()), Body.longs(p.shape().sizes()))) {
        throw new InvalidInput("Surgery '" + step.surgery + "' leaves " + p.name() + " as " + Arrays.toString(body.shape(p.name())) + ", but the new model needs " + p.shape() + ".");
      }
    }
    for (String name : body.names()) if (!wanted.containsKey(name)) throw new InvalidInput("Surgery '" + step.surgery + "' leaves " + name + ", which the new model does not have.");
  }

  /** The new model. */
  public Anatomy after() {
    return after;
  }
}
