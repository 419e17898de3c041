package org.vulpes.shell;

import java.util.Locale;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.RunControl;

/** What fills the slots of a run, as a table for people. */
public final class SlotsText {
  private SlotsText() {}

  public static String of(RunControl run) {
    RunControl.Status s = run.status();
    var out = new StringBuilder(head(run.name(), s)).append('\n');
    out.append(String.format(Locale.ROOT, "%-20s %-8s %-12s %-10s %-9s %-34s %-12s %s%n", "slot", "kind", "use", "since step", "version", "bundle", "sha-256", "options"));
    for (Occupant o : s.slots()) {
      out.append(String.format(Locale.ROOT, "%-20s %-8s %-12s %-10d %-9s %-34s %-12s %s%n", o.slot(), o.kind(), o.use().isEmpty() ? "none" : o.use(), o.since(), o.version(), o.bundle(),
          o.sha256().substring(0, Math.min(12, o.sha256().length())), o.options()));
    }
    if (!s.stays().isEmpty()) out.append("\nWhat is fixed stays as the run began:\n");
    s.stays().forEach((slot, why) -> out.append("  ").append(slot).append(": ").append(why).append('\n'));
    if (s.retired() > 0) out.append(s.retired()).append(" bundles were swapped out and taken away; ").append(s.alive()).append(" of their class loaders are still in memory\n");
    return out.toString();
  }

  /** "run-s1  step 130, 4.2 % of its tokens, loss 3.214, 12,300 tokens/s". */
  public static String head(String name, RunControl.Status s) {
    var out = new StringBuilder(name).append(String.format(Locale.ROOT, "  step %,d, %.1f %% of its tokens", s.at().step(), 100.0 * s.at().tokens() / s.at().totalTokens()));
    if (Double.isFinite(s.at().loss())) out.append(String.format(Locale.ROOT, ", loss %.3f", s.at().loss()));
    if (Double.isFinite(s.tokensPerSecond())) out.append(String.format(Locale.ROOT, ", %,.0f tokens/s", s.tokensPerSecond()));
    return out.toString();
  }
}
