package org.vulpes.runtime;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.Slot;

/** What fills the slots of a run. Written by the training thread, read by any. */
final class Filled implements Catalogue {
  private final RunHost host;
  private final Catalogue installed;
  private final Candidates candidates;
  private final Preparation preparation;
  private final Map<String, Slot<?>> slots = new LinkedHashMap<>();
  /** What fills no slot that could be exchanged: what is no plugin, and plugins of which a run has any number. */
  private final List<Occupant> others = new ArrayList<>();
  private final Map<String, String> stays = new TreeMap<>();
  private volatile Map<String, Held> held = Map.of();
  private volatile Config config;

  Filled(RunHost host, Catalogue installed, Candidates candidates, Preparation preparation) {
    this.host = host;
    this.installed = installed;
    this.candidates = candidates;
    this.preparation = preparation;
    config = host.config();
  }

  /** Takes the plugin that the configuration names, or on resume the checkpoint. */
  Held begin(String slot) {
    Occupant before = host.resumed().get(slot);
    String path = slot + ".use";
    Candidate candidate;
    Config with = config;
    if (before == null || before.since() == 0) {
      try {
        candidate = candidates.configured(slot, Options.at(config, slot).text("use"));
      } catch (InvalidInput e) {
        throw new InvalidInput((config.hasPath(path) ? Options.place(config.getValue(path)) : "") + e.getMessage(), e);
      }
    } else {
      candidate = preparation.again(before);
      with = before.over(config);
    }
    var out = new Held(candidate, Preparation.occupant(candidate, with, Slot.Kind.FIXED, before == null ? 0 : before.since()), with, candidate.jar());
    put(out);
    return out;
  }

  /** Another occupant, and the run's configuration with it. */
  void put(Held h) {
    var copy = new LinkedHashMap<>(held);
    copy.put(h.occupant().slot(), h);
    held = copy;
    config = h.config();
  }

  void offer(Slot<?> slot) {
    slots.put(slot.name(), slot);
    Held h = held.get(slot.name());
    var copy = new LinkedHashMap<>(held);
    copy.put(slot.name(), new Held(h.candidate(), Preparation.occupant(h.candidate(), h.config(), slot.kind(), h.occupant().since()), h.config(), h.jar()));
    held = copy;
  }

  void stays(String slot, String why) {
    stays.put(slot, why);
  }

  void stays(String slot, String use, String why) {
    others.add(new Occupant(slot, Slot.Kind.FIXED.word(), use, "", "", "", "", 0));
    stays.put(slot, why);
  }

  void shows(String slot, Entry plugin, String options) {
    others.add(new Occupant(slot, Slot.Kind.FIXED.word(), plugin.use(), plugin.bundle(), plugin.version(), plugin.sha256(), options, 0));
  }

  Map<String, String> stays() {
    return stays;
  }

  Held held(String slot) {
    return held.get(slot);
  }

  /** A slot whose occupant can be exchanged; null when there is none of this name. */
  Slot<?> slot(String name) {
    return slots.get(name);
  }

  Map<String, Slot<?>> slots() {
    return slots;
  }

  Config config() {
    return config;
  }

  /** The plugins among what fills the slots. */
  List<Occupant> occupants() {
    return held.values().stream().map(Held::occupant).toList();
  }

  /** What fills the slots, and whatever else takes part. */
  List<Occupant> all() {
    var out = new ArrayList<>(occupants());
    out.addAll(others);
    return out;
  }

  @Override
  public List<Entry> entries() {
    return installed.entries();
  }

  @Override
  public List<String> refusals() {
    return installed.refusals();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Plugin<T> plugin(String slot, String use) {
    Held h = held.get(slot);
    return h != null && h.occupant().use().equals(use) ? (Plugin<T>) h.candidate().plugin() : installed.plugin(slot, use);
  }

  @Override
  public List<Entry> beneath(Class<?> user) {
    return installed.beneath(user);
  }

  @Override
  public Config reference() {
    return installed.reference();
  }

  /** Lets every bundle go. */
  void close() {
    held.values().forEach(h -> h.candidate().close());
    slots.clear();
  }
}
