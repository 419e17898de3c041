package org.vulpes.cli;

import java.util.concurrent.Callable;
import org.vulpes.shell.PluginsText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "plugins", description = {"Lists the installed plugins by slot, and what is installed but cannot be used, with the reason.", "With new or add: begins a plugin of your own, or puts one in."},
    footer = {"", "Examples:", "  ./vulpes plugins", "  ./vulpes plugins new curriculum my-idea", "  ./vulpes plugins add my-idea/target/my-idea-1.0.0.jar"})
final class PluginsCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PluginsCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().out.print(PluginsText.of(session.catalogue()));
    return 0;
  }
}
