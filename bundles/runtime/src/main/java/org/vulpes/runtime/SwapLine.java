package org.vulpes.runtime;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Position;
import org.vulpes.slot.Slot;

/**
 * Journal lines about swaps: {@code {"event": "swap", "phase": …, "id": …}}. Phases: requested, prepared, done, passed; refused, failed, rewound, broken (it was
 * to be rewound and could not), hung. A swap is part
 * of the run when its last word is done or passed.
 */
final class SwapLine {
  private static final String EVENT = "swap";
  private static final Set<Object> TAKEN_BACK = Set.of("rewound", "broken");

  private SwapLine() {}

  static Map<String, Object> of(String phase, String id, String origin, String slot, long step) {
    var line = new TreeMap<String, Object>();
    line.put("event", EVENT);
    line.put("phase", phase);
    line.put("id", id);
    line.put("origin", origin);
    line.put("slot", slot);
    line.put("step", step);
    return line;
  }

  static Map<String, Object> occupant(Occupant o) {
    return new TreeMap<>(Map.of("use", o.use(), "bundle", o.bundle(), "version", o.version(), "sha256", o.sha256(), "options", o.options()));
  }

  static void travelled(Map<String, Object> line, Slot.Travelled t) {
    line.put("carried", t.carried());
    line.put("begun", t.begun());
    line.put("left", t.left());
  }

  /** A swap by hand that a resumed run does again, after this step. */
  record Past(String id, long step, Occupant occupant) {}

  /** Swaps by hand that took place at or after the step from which a run resumes and were not rewound, in order. */
  static List<Past> after(List<Map<String, Object>> journal, Position resumed) {
    var out = new LinkedHashMap<String, Past>();
    var hung = new HashSet<String>();
    for (var line : journal) {
      if (!EVENT.equals(line.get("event")) || "config".equals(line.get("origin"))) continue;
      String id = String.valueOf(line.get("id"));
      switch (String.valueOf(line.get("phase"))) {
        case "done" -> {
          if (line.get("step") instanceof Number step && step.longValue() >= resumed.step() && line.get("to") instanceof Map<?, ?> to) {
            out.remove(id);
            out.put(id, new Past(id, step.longValue(), new Occupant(text(line, "slot"), "", text(to, "use"), text(to, "bundle"), text(to, "version"), text(to, "sha256"),
                text(to, "options"), step.longValue())));
          }
        }
        case "rewound", "broken" -> out.remove(id);
        case "hung" -> hung.add(id);
        // It only seemed to hang.
        case "passed" -> hung.remove(id);
        default -> { }
      }
    }
    return out.values().stream().filter(p -> !hung.contains(p.id)).toList();
  }

  /** What swaps by hand replaced that are part of a run as it is resumed, one a slot, in the order of the swaps: what can be undone. */
  static List<Occupant> replaced(List<Map<String, Object>> journal, Position resumed) {
    var byId = new LinkedHashMap<String, Occupant>();
    for (var line : journal) {
      if (!EVENT.equals(line.get("event")) || "config".equals(line.get("origin"))) continue;
      String id = String.valueOf(line.get("id"));
      if (TAKEN_BACK.contains(line.get("phase"))) byId.remove(id);
      // Later ones are done again first.
      if (!"done".equals(line.get("phase")) || !(line.get("step") instanceof Number step) || step.longValue() >= resumed.step() || !(line.get("from") instanceof Map<?, ?> from)) continue;
      byId.remove(id);
      byId.put(id, new Occupant(text(line, "slot"), "", text(from, "use"), text(from, "bundle"), text(from, "version"), text(from, "sha256"), text(from, "options"), 0));
    }
    var bySlot = new LinkedHashMap<String, Occupant>();
    for (Occupant o : byId.values()) bySlot.putLast(o.slot(), o);
    return List.copyOf(bySlot.values());
  }

  /** The number of the last swap that a journal tells of. */
  static long last(List<Map<String, Object>> journal) {
    long last = 0;
    for (var line : journal) {
      if (EVENT.equals(line.get("event")) && line.get("id") instanceof String id && id.matches("\\d{1,9}")) last = Math.max(last, Long.parseLong(id));
    }
    return last;
  }

  private static String text(Map<?, ?> map, String key) {
    return map.get(key) instanceof String s ? s : "";
  }
}
