package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.slot.PluginFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "new", sortOptions = false,
    description = {"Writes a new plugin that works: a pom, a class and its options, to be changed into what you have in mind.",
        "Kinds: curriculum, mixture, schedule, optimizer, objective, corpus, tokenizer, reward, problems, device, attention, feedforward, norm, position, embedding, depth, kernels (OpenCL, as text and in Java)."},
    footer = {"", "Example:", "  ./vulpes plugins new curriculum my-idea && (cd my-idea && mvn package)", "  ./vulpes plugins add my-idea/target/my-idea-1.0.0.jar"})
final class PluginsNewCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;
  private final PluginFolder plugins;

  @Parameters(index = "0", paramLabel = "KIND", description = "What it is to be: curriculum, optimizer, attention, …")
  private String kind;

  @Parameters(index = "1", paramLabel = "NAME", description = "By which configurations choose it: my-idea.")
  private String name;

  @Option(names = "--folder", paramLabel = "FOLDER", description = "Where to write it; a folder of its name by default.")
  private Path folder;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PluginsNewCommand(VulpesCommand.Session session, PluginFolder plugins) {
    this.session = session;
    this.plugins = plugins;
  }

  @Override
  public Integer call() {
    var project = new PluginProject(kind, name, plugins.repository());
    Path into = folder == null ? Path.of(name) : folder;
    var out = session.console().out;
    for (Path file : project.write(into)) out.println(file);
    out.println();
    out.println("Build it:   (cd " + into + " && mvn package)");
    out.println("Add it:     ./vulpes plugins add " + into.resolve("target/" + name + "-1.0.0.jar"));
    out.println("Choose it:  " + project.slot() + " { use = " + name + " } in a configuration"
        + (PluginProject.STAY.contains(kind) ? "" : ", or: ./vulpes swap RUN " + project.slot() + " " + name));
    return 0;
  }
}
