package org.vulpes.cli;

import java.util.concurrent.Callable;
import org.vulpes.slot.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "plugins", description = "Lists the installed plugins by slot, and what is installed but cannot be used, with the reason.",
    footer = {"", "Example:", "  ./vulpes plugins"})
final class PluginsCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PluginsCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var out = session.console().out;
    out.printf("%-20s %-12s %-10s %-34s %s%n", "slot", "use", "version", "bundle", "sha-256");
    for (Catalogue.Entry e : session.catalogue().entries()) {
      out.printf("%-20s %-12s %-10s %-34s %s%n", e.slot(), e.use(), e.version(), e.bundle(), e.sha256().substring(0, Math.min(12, e.sha256().length())));
    }
    var refusals = session.catalogue().refusals();
    if (!refusals.isEmpty()) {
      out.println("\nNot usable:");
      refusals.forEach(r -> out.println("  " + r));
    }
    return 0;
  }
}
