package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.study.RunTexts;
import org.vulpes.training.PastRun;
import org.vulpes.training.Replay;
import org.vulpes.training.RunSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "replay", sortOptions = false,
    description = {"Trains a run again out of its folder, swaps, changes and surgery included, and proves that losses and weights are equal bit for bit.",
        "Refused, with names, when a bundle, the corpus or the device is another than then. Exit code 1: something came out otherwise. The run's own files stay as they are."},
    footer = {"", "Example:", "  ./vulpes replay runs/quickstart/trials/fox-s1"})
final class ReplayCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "RUN", description = "Folder of a run, as in runs/quickstart/trials/fox-s1.")
  private Path run;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ReplayCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var past = PastRun.open(run);
    try (var progress = new StudyProgress(session.console())) {
      var replay = Replay.open(past, new RunTexts(past.config(), session.catalogue(), progress, session.stop()), session.catalogue());
      progress.preparingDone();
      progress.training("replay", RunSettings.of(past.config()).tokens(), 0);
      var result = replay.train(session.swaps(), new RunView(progress, "replay of " + run.getFileName(), past.seed()), session.stop());
      progress.close();
      if (result.isEmpty()) {
        session.console().say("Stopped; nothing was proven.");
        return VulpesCommand.STOPPED;
      }
      var r = result.get();
      if (!r.equal()) {
        session.console().out.println("Not the same: " + r.difference() + ". What came out lies in " + replay.folder() + ".");
        return VulpesCommand.NO;
      }
      session.console().out.println("The same, bit for bit: losses, learning rates, gradient norms and evaluations of steps " + (r.from() + 1) + " to " + r.steps() + ", and the weights after step "
          + r.steps() + " (SHA-256 " + r.sha256().substring(0, 12) + "…)" + (r.from() > 0 ? "; it begins where the run was forked" : "") + ".");
      return 0;
    }
  }
}
