package org.vulpes.shell;

import java.util.List;
import java.util.Locale;
import org.vulpes.slot.Catalogue;

/** What is installed, by slot, and why something is not usable. */
public final class PluginsText {
  private PluginsText() {}

  public static String of(Catalogue catalogue) {
    return of(catalogue.entries(), catalogue.refusals());
  }

  static String of(List<Catalogue.Entry> entries, List<String> refusals) {
    var out = new StringBuilder(line("slot", "use", "version", "bundle", "sha-256"));
    for (Catalogue.Entry e : entries) out.append(line(e.slot(), e.use(), e.version(), e.bundle(), e.sha256().substring(0, Math.min(12, e.sha256().length()))));
    if (!refusals.isEmpty()) out.append("\nNot usable:\n");
    refusals.forEach(r -> out.append("  ").append(r).append('\n'));
    return out.toString();
  }

  private static String line(String slot, String use, String version, String bundle, String sha256) {
    return String.format(Locale.ROOT, "%-20s %-12s %-10s %-34s %s%n", slot, use, version, bundle, sha256);
  }
}
