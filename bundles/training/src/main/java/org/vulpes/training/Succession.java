package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.objective.Objective;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.slot.Snapshot;
import org.vulpes.surgery.Anatomy;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Surgeon;

/**
 * Makes the checkpoint of one configuration a checkpoint of another, from which a run of that one goes on: weights and moments as surgery leaves them, positions where they are. What a fork begins
 * with, an arm of a branch, and each next phase of a run.
 */
final class Succession {
  private static final List<String> SWAPPABLE = Stream.concat(TrainingRun.SWAPPABLE.stream(), Stream.of(RunReward.SLOT)).toList();

  private final Checkpoints.Found found;
  private final Config beforeConfig;
  private final TokenStore beforeStore;
  private final RunOrder to;
  private final Texts texts;
  private final Catalogue catalogue;

  /** @param beforeConfig of the run that left the checkpoint @param beforeStore its corpus */
  Succession(Checkpoints.Found found, Config beforeConfig, TokenStore beforeStore, RunOrder to, Texts texts, Catalogue catalogue) {
    this.found = found;
    this.beforeConfig = beforeConfig;
    this.beforeStore = filled(found.state().occupants().stream(), beforeConfig, beforeStore, texts, catalogue);
    this.to = to;
    this.texts = texts;
    this.catalogue = catalogue;
  }

  /**
   * What was done.
   *
   * @param words of the surgeries, in order
   * @param bitsBefore bits per byte of the old weights on a fixed part of the validation text; NaN when nothing was operated on
   * @param micros how long the weights were operated on and the checkpoint written
   */
  record Done(long step, List<String> words, boolean exact, List<String> carried, List<String> begun, List<String> left, double bitsBefore, double bitsAfter, long micros) {
    /** For the journal. */
    Map<String, Object> line() {
      var out = new TreeMap<String, Object>();
      if (!words.isEmpty()) {
        out.put("surgery", words);
        out.put("exact", exact);
        out.put("bits-per-byte-before", bitsBefore);
        out.put("bits-per-byte-after", bitsAfter);
      }
      out.put("pause-us", micros);
      out.put("carried", carried);
      out.put("begun", begun);
      out.put("left", left);
      return out;
    }

    /** One sentence for a person. */
    String told() {
      var out = new ArrayList<String>();
      if (!words.isEmpty()) {
        out.add(String.join("; ", words));
        out.add(String.format(Locale.ROOT, "%.4f bits per byte before, %.4f after (%+.4f)", bitsBefore, bitsAfter, bitsAfter - bitsBefore));
      }
      if (!carried.isEmpty()) out.add("carried " + String.join(" and ", carried));
      if (!begun.isEmpty()) out.add("begun afresh " + String.join(" and ", begun));
      if (!left.isEmpty()) out.add("left behind " + String.join(" and ", left));
      out.add(String.format(Locale.ROOT, "pause %.0f ms", micros / 1e3));
      return String.join("; ", out);
    }
  }

  /**
   * Writes the checkpoint of the same step into the other run's folder, in the place of one that is there.
   *
   * @param done told when all of it is written, just before it takes its place: journaled first, so that no surgery goes without its line
   * @throws InvalidInput when one cannot be made of the other; nothing was written then
   */
  Done write(Consumer<Done> done) {
    RunState s = found.state();
    var kept = s.occupants().stream().filter(o -> o.since() > 0 && same(o.slot())).toList();
    Anatomy before = Anatomy.of(filled(beforeConfig, s.occupants().stream().filter(o -> o.since() > 0).toList()), beforeStore.tokenizer(), catalogue);
    Config afterConfig = filled(to.config(), kept);
    TokenStore afterStore = filled(kept.stream(), to.config(), to.store(), texts, catalogue);
    Anatomy after = Anatomy.of(afterConfig, afterStore.tokenizer(), catalogue);
    Surgeon surgeon = Surgeon.plan(before, after, catalogue);
    Trainee trainee = Trainee.of(afterConfig, catalogue, afterStore.tokenizer().vocabularySize());
    boolean beside = Files.exists(found.adapters());
    if (!surgeon.isNothing() && (beside || !trainee.trained().equals(after.decoder().parameters()))) {
      throw new InvalidInput("a model with adapters, or an objective with tensors of its own, cannot be operated on (" + String.join("; ", surgeon.words()) + "); export the merged model and begin from it (init).");
    }
    Optimizer optimizer = catalogue.create(afterConfig, "optimizer");
    var slots = new TreeMap<>(s.slots());
    slots.put("corpus", corpus(s.slots().get("corpus"), afterStore));
    slots.put("curriculum", taken("curriculum", afterConfig, s.slots().get("curriculum")));
    // What conditions have seen is kept by the places of their swaps in the list.
    if (!same("swaps")) slots.remove("swaps");
    slots.put("objective", taken("objective", afterConfig, s.slots().get("objective")));
    try (var weights = SafetensorsFile.open(found.model()); var old = SafetensorsFile.open(found.moments()); var adapters = beside ? SafetensorsFile.open(found.adapters()) : null) {
      double bitsBefore = surgeon.isNothing() ? Double.NaN : Gauge.bitsPerByte(before, weights, beforeStore, catalogue);
      var moments = new MomentsAfter(surgeon, trainee.trained(), optimizer, old, s.moments(), to.seed(), catalogue);
      var fresh = surgeon.weightsStay() ? weights : surgeon.operate(weights, Meaning.VALUE, to.seed());
      var state = new RunState(s.step(), s.tokens(), s.bytes(), s.loss(), s.seconds(), s.flops(), to.hash(Initial.identity(to.config(), catalogue)), s.device(), slots, moments.updates(), kept, done(s.swaps()));
      double bitsAfter = surgeon.isNothing() ? Double.NaN : Gauge.bitsPerByte(after, fresh, afterStore, catalogue);
      var out = new AtomicReference<Done>();
      long began = System.nanoTime();
      var legend = new Checkpoints.Legend(to.config(), afterStore.tokenizer());
      new Checkpoints(to.folder().resolve("checkpoints"), RunSettings.of(to.config()).keepCheckpoints()).replace(state, legend, fresh, moments.tensors(), adapters == null ? new Tensors("nothing") : adapters, () -> {
        out.set(new Done(s.step(), surgeon.words(), surgeon.exact(), moments.carried(), moments.begun(), moments.left(), bitsBefore, bitsAfter, (System.nanoTime() - began) / 1000));
        done.accept(out.get());
      });
      return out.get();
    }
  }

  /** Whether a slot is configured as it was: whoever has taken it over meanwhile stays. */
  private boolean same(String slot) {
    return Stream.concat(Stream.of(slot), Occupant.beside(slot).stream())
        .allMatch(key -> beforeConfig.hasPath(key) == to.config().hasPath(key) && (!beforeConfig.hasPath(key) || beforeConfig.getValue(key).equals(to.config().getValue(key))));
  }

  /** A configuration with slots filled as they are. */
  private static Config filled(Config config, List<Occupant> occupants) {
    Config out = config;
    for (Occupant o : occupants) out = o.over(out);
    return out;
  }

  /** The text as it is cut where a tokenizer has taken over meanwhile. */
  static TokenStore filled(Stream<Occupant> occupants, Config config, TokenStore store, Texts texts, Catalogue catalogue) {
    return occupants.filter(o -> o.slot().equals("tokenizer") && o.since() > 0).findFirst().map(o -> texts.of(o.over(config), catalogue)).orElse(store);
  }

  private Snapshot corpus(Snapshot old, TokenStore store) {
    var stream = new TrainingStream(store, to.seed());
    if (beforeStore.identity().equals(store.identity())) stream.restore(old);
    else stream.follow(old, beforeStore);
    return stream.save();
  }

  /** A slot's state after its new occupant has taken it. @throws InvalidInput when it refuses */
  private Snapshot taken(String slot, Config config, Snapshot old) {
    Object occupant = catalogue.create(config, slot);
    try {
      switch (occupant) {
        case Curriculum c -> {
          c.restore(old);
          return c.save();
        }
        case Objective o -> {
          o.restore(old);
          return o.save();
        }
        default -> throw new IllegalStateException(slot);
      }
    } catch (InvalidInput e) {
      throw new InvalidInput(slot + " = " + config.getString(slot + ".use") + " cannot go on from step " + found.state().step() + ": " + e.getMessage(), e);
    }
  }

  /** Places, in the new configuration's list of swaps, of those that are done. */
  private List<Integer> done(List<Integer> before) {
    if (before.isEmpty()) return before;
    List<PlannedSwap> old = PlannedSwap.of(beforeConfig, SWAPPABLE, catalogue.reference());
    List<PlannedSwap> now = PlannedSwap.of(to.config(), SWAPPABLE, catalogue.reference());
    var out = new ArrayList<Integer>();
    for (int i : before) {
      for (int j = 0; j < now.size(); j++) {
        boolean equal = old.get(i).at().equals(now.get(j).at()) && old.get(i).slot().equals(now.get(j).slot()) && old.get(i).use().equals(now.get(j).use());
        if (equal && !out.contains(j)) {
          out.add(j);
          break;
        }
      }
    }
    return out;
  }
}
