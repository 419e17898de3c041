package org.vulpes.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tells from a run's journal what a person exchanged in it: such a run is no longer the arm that was planned. */
public final class SwapsByHand {
  /** Phases after which a swap is no part of its run: it was brought back, or ended when that failed, and goes on from before. */
  static final Set<Object> TAKEN_BACK = Set.of("rewound", "broken");

  private SwapsByHand() {}

  /** "curriculum to flat after step 120", in order; empty when there were none. */
  public static List<String> of(Path folder) {
    Path file = folder.resolve("journal.jsonl");
    if (!Files.exists(file)) return List.of();
    var out = new LinkedHashMap<Object, String>();
    var hung = new HashMap<Object, String>();
    for (Map<String, Object> line : RunJournal.read(file)) {
      if (!"swap".equals(line.get("event")) || "config".equals(line.get("origin"))) continue;
      if ("done".equals(line.get("phase")) && line.get("to") instanceof Map<?, ?> to) out.put(line.get("id"), line.get("slot") + " to " + to.get("use") + " after step " + line.get("step"));
      if (TAKEN_BACK.contains(line.get("phase"))) out.remove(line.get("id"));
      // One that hung is part of the run only if the run got over it.
      if ("hung".equals(line.get("phase"))) hung.put(line.get("id"), out.remove(line.get("id")));
      if ("passed".equals(line.get("phase")) && hung.get(line.get("id")) != null) out.put(line.get("id"), hung.remove(line.get("id")));
    }
    return List.copyOf(out.values());
  }
}
