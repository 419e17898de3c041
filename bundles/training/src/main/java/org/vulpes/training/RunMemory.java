package org.vulpes.training;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/** Brings a run back to where it was: by checkpoints to another day, by what is kept in memory to the step before a swap. */
final class RunMemory {
  private final RunOrder order;
  private final RunFiles files;
  private final String configHash;
  private final Supplier<Engine> engine;
  private final Teaching teaching;
  private final RunPosition position;
  private final RunSlots slots;
  private SortedMap<String, String> tuned = Collections.emptySortedMap();

  RunMemory(RunOrder order, RunFiles files, String configHash, Supplier<Engine> engine, Teaching teaching, RunPosition position, RunSlots slots) {
    this.order = order;
    this.files = files;
    this.configHash = configHash;
    this.engine = engine;
    this.teaching = teaching;
    this.position = position;
    this.slots = slots;
  }

  /** Leaves a checkpoint, unless there is one of this step. */
  void checkpoint() {
    Engine here = engine.get();
    Counters at = position.at();
    journalTuning(here.device);
    var updates = new TreeMap<String, Long>();
    UpdateProgram update = here.programs.update();
    update.moments().forEach((name, m) -> updates.put(name, m.updates));
    Tokenizer tokenizer = teaching.text().store().tokenizer();
    files.keep(tokenizer);
    var written = files.checkpoint(new RunState(at.step(), at.tokens(), at.bytes(), at.loss(), position.seconds(), at.flops(), configHash, told(here.device.info()), states(), updates,
        slots.occupants(), slots.plannedDone()), new Checkpoints.Legend(order.config(), tokenizer), here.weights(), update.tensors());
    if (!written.isEmpty()) files.event("checkpoint", at.step(), Map.of("files", written));
  }

  /** Before a checkpoint: what the run goes on with from there, the device must have chosen alike. */
  private void journalTuning(Device device) {
    var now = device.tuned();
    if (now.equals(tuned)) return;
    tuned = now;
    files.event(RunFiles.TUNED, position.at().step(), Map.of("device", told(device.info()), "choices", now));
  }

  private Map<String, Snapshot> states() {
    var out = new HashMap<>(teaching.states());
    out.put("objective", engine.get().recipe().trainee().objective().save());
    out.put("swaps", slots.save());
    return out;
  }

  /** Goes on from the checkpoint that was found. @return what a person should know; empty when it is the same run */
  String restore() {
    Checkpoints.Found found = files.found();
    RunState s = found.state();
    Engine here = engine.get();
    UpdateProgram update = here.programs.update();
    found.load(here.weights(), update.tensors());
    update.moments().forEach((name, m) -> {
      Long updates = s.moments().get(name);
      if (updates == null) throw new InvalidInput("The checkpoint of step " + s.step() + " in " + order.folder() + " does not say how old moment '" + name + "' is; it is damaged.");
      m.updates = updates;
    });
    teaching.restore(files::slot);
    here.recipe().trainee().objective().restore(files.slot("objective"));
    position.set(new Counters(s.step(), s.tokens(), s.tokens(), s.bytes(), s.loss(), s.flops(), null));
    position.took(s.seconds());
    String device = told(here.device.info());
    return s.device().equals(device) ? "" : "The checkpoint was made on '" + s.device() + "', this is '" + device + "': the run goes on, but not with the same bits.";
  }

  /** Makes what {@link #keep} needs ready, so that it takes no time then. */
  void makeRoom() {
    engine.get().spare.makeRoom(engine.get().programs.update());
    states();
    files.metrics().mark();
  }

  /** The run as it is now, to be brought back to it. */
  RunHost.Kept keep() {
    Map<String, Snapshot> states = states();
    Counters then = position.at();
    long mark = files.metrics().mark();
    Engine there = engine.get();
    there.spare.keep(there.programs.update());
    return new RunHost.Kept() {
      @Override
      public void complete() {
        there.spare.copy();
      }

      @Override
      public void bringBack() {
        there.spare.bringBack();
        there.programs.clear();
        teaching.restore(states::get);
        there.recipe().trainee().objective().restore(states.get("objective"));
        files.metrics().dropAfter(mark);
        position.set(then);
      }
    };
  }

  /** The device that a provider opens, by the same words. */
  static String told(DeviceProvider provider) {
    try (Device device = provider.open(1)) {
      return told(device.info());
    }
  }

  /** What of a device decides bits. */
  static String told(DeviceInfo i) {
    return i.id() + " " + i.version() + " " + i.vectorBits() + " bit";
  }
}
