package org.vulpes.training;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.model.Decoder;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.PlannedSwap;

/** What a configuration teaches over its budget, the swaps of its curriculum included: for plans, FLOPs and drawings. */
public final class Lessons {
  private Lessons() {}

  /**
   * All lessons in order with the token at which each starts. A swap that waits for a condition is taken not to come: nobody can tell when it does.
   *
   * @throws InvalidInput when a swap or a curriculum is wrong; every swap's plugin is made once to find that out
   */
  public static List<Curriculum.Planned> of(Config config, Catalogue catalogue) {
    List<Curriculum.Planned> out = List.of();
    for (Phase phase : Phase.of(config, catalogue.reference())) {
      var own = ofPhase(phase.config(), catalogue);
      long total = RunSettings.of(phase.config()).tokens();
      out = phase.from() == null ? own : continued(out, firstStep(out, phase.from(), total), own, total);
    }
    return out;
  }

  /** The token at which the first step begins that is at or after a point of a run with these lessons; its budget when there is none. */
  public static long token(List<Curriculum.Planned> lessons, PlannedSwap.Trigger at, Config config) {
    return firstStep(lessons, at, RunSettings.of(config).tokens());
  }

  private static List<Curriculum.Planned> ofPhase(Config config, Catalogue catalogue) {
    long total = RunSettings.of(config).tokens();
    List<Curriculum.Planned> out = catalogue.<Curriculum>create(config, "curriculum").plan(total);
    var taken = new HashMap<String, PlannedSwap>();
    for (PlannedSwap swap : PlannedSwap.of(config, TrainingRun.SWAPPABLE, catalogue.reference())) {
      Object made = catalogue.create(swap.config(), swap.slot());
      // Whether bricks fit together shows when they are assembled; the vocabulary does not matter for that.
      if (swap.slot().startsWith("model.")) Decoder.of(swap.config(), catalogue, 1024);
      if (!(swap.at() instanceof PlannedSwap.Trigger at)) continue;
      long from = firstStep(out, at, total);
      PlannedSwap other = from < total ? taken.put(swap.slot() + " " + from, swap) : null;
      if (other != null) {
        throw new InvalidInput(swap.place() + "the swap of '" + swap.slot() + "' at " + at + " falls on the same step as the one at " + other.at() + "; give them steps of their own.");
      }
      if (made instanceof Curriculum next) out = continued(out, from, next.plan(total), total);
    }
    return out;
  }

  /** The lessons so far up to a token, others from there. */
  private static List<Curriculum.Planned> continued(List<Curriculum.Planned> before, long from, List<Curriculum.Planned> after, long total) {
    var out = new ArrayList<Curriculum.Planned>();
    for (var p : before) if (p.fromToken() < from) out.add(p);
    if (from >= total) return List.copyOf(out);
    for (int i = 0; i < after.size(); i++) {
      long end = i + 1 < after.size() ? after.get(i + 1).fromToken() : total;
      boolean goesOn = !out.isEmpty() && after.get(i).fromToken() < from && out.getLast().lesson().equals(after.get(i).lesson()) && out.getLast().name().equals(after.get(i).name());
      if (end > from && !goesOn) out.add(new Curriculum.Planned(Math.max(from, after.get(i).fromToken()), after.get(i).name(), after.get(i).lesson()));
    }
    return List.copyOf(out);
  }

  private static long firstStep(List<Curriculum.Planned> lessons, PlannedSwap.Trigger at, long total) {
    long step = 0;
    for (int i = 0; i < lessons.size(); i++) {
      int batch = lessons.get(i).lesson().batchTokens();
      long end = i + 1 < lessons.size() ? lessons.get(i + 1).fromToken() : total;
      long token = lessons.get(i).fromToken();
      long steps = Math.ceilDiv(Math.max(0, end - token), (long) batch);
      long needed = at.steps() > 0 ? at.steps() - step : Math.ceilDiv(Math.max(0, at.token(total) - token), (long) batch);
      if (needed <= steps && (at.steps() > 0 || at.token(total) <= token + steps * batch)) return token + Math.max(0, needed) * batch;
      step += steps;
    }
    return total;
  }
}
