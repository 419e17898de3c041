package org.vulpes.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.slot.Position;
import org.vulpes.slot.Snapshot;

/** The swaps of a run that have a step of their own: those of the configuration, and those by hand that a resumed run does again. Belongs to the training thread. */
final class SwapSchedule {
  private static final String SCHEMA = "swaps";

  private final List<Due> waiting = new ArrayList<>();
  private final List<Integer> done = new ArrayList<>();
  /** By place in the configuration's list. */
  private final Map<Integer, LossWatch> watches = new TreeMap<>();

  /** @param index in the configuration's list; −1: not of the configuration @param past one that was done by hand before; null for one of the configuration */
  record Due(int index, PlannedSwap planned, SwapLine.Past past) {
    /** @param watch on the condition for which it waits; null when it waits for none */
    boolean reached(Position p, LossWatch watch) {
      if (past != null) return p.step() >= past.step();
      return switch (planned.at()) {
        case PlannedSwap.Trigger at -> at.reached(p);
        case PlannedSwap.Condition when -> watch.met();
      };
    }

    String slot() {
      return past != null ? past.occupant().slot() : planned.slot();
    }

    String use() {
      return past != null ? past.occupant().use() : planned.use();
    }

    String id() {
      return past != null ? past.id() : "config-" + (index + 1);
    }

    String what() {
      return "slot '" + slot() + "' to '" + use() + "'";
    }
  }

  /** @param finished places in the configuration's list of those that the checkpoint holds as done */
  void fill(List<PlannedSwap> planned, List<Integer> finished, List<SwapLine.Past> past, Position at) {
    done.addAll(finished);
    for (int i = 0; i < planned.size(); i++) {
      if (done.contains(i)) continue;
      waiting.add(new Due(i, planned.get(i), null));
      if (planned.get(i).at() instanceof PlannedSwap.Condition when) watches.put(i, new LossWatch(when));
    }
    // The list of a configuration need not be in order. One by steps comes first, as nobody knows yet where its step lies among tokens.
    waiting.sort((a, b) -> Long.compare(token(a.planned, at), token(b.planned, at)));
    for (SwapLine.Past p : past) waiting.add(new Due(-1, null, p));
  }

  private static long token(PlannedSwap p, Position at) {
    return p.at().token(at.totalTokens());
  }

  /** The one that is likely to be next; null when there is none. */
  Due next() {
    return waiting.isEmpty() ? null : waiting.getFirst();
  }

  /** One whose step has come; null when there is none. */
  Due reached(Position at) {
    for (Due d : waiting) if (d.reached(at, watches.get(d.index))) return d;
    return null;
  }

  void stepped(double loss) {
    watches.values().forEach(w -> w.stepped(loss));
  }

  /** What the conditions have seen, for checkpoints and rewinds. */
  Snapshot save() {
    var out = new TreeMap<String, Object>();
    watches.forEach((i, w) -> out.put(Integer.toString(i), w.save()));
    return new Snapshot(SCHEMA, 1, out);
  }

  /** @param saved null: nothing was seen yet */
  void restore(Snapshot saved) {
    if (saved == null) return;
    saved.expect(SCHEMA, 1);
    watches.forEach((i, w) -> {
      if (saved.values().get(Integer.toString(i)) instanceof Map<?, ?> seen) w.restore(seen);
    });
  }

  /** Swaps of the configuration that wait for a condition still. */
  List<Due> unmet() {
    return waiting.stream().filter(d -> watches.containsKey(d.index)).toList();
  }

  List<Due> past() {
    return waiting.stream().filter(d -> d.past != null).toList();
  }

  void take(Due due) {
    waiting.remove(due);
    watches.remove(due.index);
  }

  void done(Due due) {
    done.add(due.index);
  }

  /** Places in the configuration's list of those that are done. */
  List<Integer> done() {
    return List.copyOf(done);
  }
}
