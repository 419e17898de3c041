package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.slot.PluginFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "add", sortOptions = false,
    description = {"Tries a plugin's jar and puts it into the folder 'plugins', in place of one of the same file name.",
        "Commands find it from now on; a run that is going takes it with the next `vulpes swap` that asks for it."},
    footer = {"", "Example:", "  ./vulpes plugins add my-idea/target/my-idea-1.0.0.jar"})
final class PluginsAddCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;
  private final PluginFolder plugins;

  @Parameters(paramLabel = "JAR", description = "What `mvn package` has built.")
  private Path jar;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PluginsAddCommand(VulpesCommand.Session session, PluginFolder plugins) {
    this.session = session;
    this.plugins = plugins;
  }

  @Override
  public Integer call() {
    for (PluginFolder.Offer o : plugins.add(jar)) {
      session.console().out.println("added " + o.slot() + " = " + o.use() + "; a run that is going takes it by: ./vulpes swap RUN " + o.slot() + " " + o.use());
    }
    return 0;
  }
}
