package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.shell.SlotsText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "slots", description = "Shows what fills the slots of a run that is going, with options, bundle, and since which step.",
    footer = {"", "Example:", "  ./vulpes slots runs/my-run/trials/run-s1"})
final class SlotsCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "RUN", description = "Folder of the run, or of its study when only one trial is training.")
  private Path run;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  SlotsCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().out.print(SlotsText.of(session.swaps().attach(run)));
    return 0;
  }
}
