package org.vulpes.runtime;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.slot.Position;

/** The swaps of a run that have a step of their own: those of the configuration, and those by hand that a resumed run does again. Belongs to the training thread. */
final class SwapSchedule {
  private final List<Due> waiting = new ArrayList<>();
  private final List<Integer> done = new ArrayList<>();

  /** @param index in the configuration's list; −1: not of the configuration @param past one that was done by hand before; null for one of the configuration */
  record Due(int index, PlannedSwap planned, SwapLine.Past past) {
    boolean reached(Position p) {
      return past != null ? p.step() >= past.step() : planned.at().reached(p);
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
    for (int i = 0; i < planned.size(); i++) if (!done.contains(i)) waiting.add(new Due(i, planned.get(i), null));
    // The list of a configuration need not be in order. One by steps comes first, as nobody knows yet where its step lies among tokens.
    waiting.sort((a, b) -> Long.compare(token(a.planned, at), token(b.planned, at)));
    for (SwapLine.Past p : past) waiting.add(new Due(-1, null, p));
  }

  private static long token(PlannedSwap p, Position at) {
    return p.at().steps() > 0 ? -1 : p.at().token(at.totalTokens());
  }

  /** The one that is likely to be next; null when there is none. */
  Due next() {
    return waiting.isEmpty() ? null : waiting.getFirst();
  }

  /** One whose step has come; null when there is none. */
  Due reached(Position at) {
    for (Due d : waiting) if (d.reached(at)) return d;
    return null;
  }

  List<Due> past() {
    return waiting.stream().filter(d -> d.past != null).toList();
  }

  void take(Due due) {
    waiting.remove(due);
  }

  void done(Due due) {
    done.add(due.index);
  }

  /** Places in the configuration's list of those that are done. */
  List<Integer> done() {
    return List.copyOf(done);
  }
}
