package org.vulpes.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Outcome;
import org.vulpes.training.RunSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "fork", sortOptions = false,
    description = {"Starts a sibling of a run from one of its checkpoints, with other choices from there on, and trains it to the end. The run itself stays as it is.",
        "Weights and optimizer moments go along; where the model is built otherwise they are operated on, and what that costs is printed. The same command goes on with a sibling that was stopped."},
    footer = {"", "Examples:", "  ./vulpes fork runs/my-run/trials/run-s1 at 400 --set model.attention.gqa.kv-heads=1",
        "  ./vulpes fork runs/my-run/trials/run-s1 at 400 --set optimizer.use=lion --set optimizer.lion.lr=1e-3 --name lion", "", "Which checkpoints a run keeps: training.keep-checkpoints."})
final class ForkCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run, as in runs/quickstart/trials/fox-s1.")
  private Path run;

  @Parameters(index = "1", paramLabel = "at", description = "The word at.")
  private String at;

  @Parameters(index = "2", paramLabel = "STEP", description = "Of a checkpoint that the run keeps.")
  private long step;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "What is otherwise from there on; may be repeated.")
  private List<String> set = new ArrayList<>();

  @Option(names = "--name", paramLabel = "NAME", description = "Of the sibling's folder, beside the run's; left out: RUN-at-STEP.")
  private String name;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ForkCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!at.equals("at")) throw new InvalidInput("Write it as in: vulpes fork " + run + " at " + step + "; '" + at + "' stands where 'at' is expected.");
    try (var progress = new StudyProgress(session.console())) {
      var sibling = Sibling.of(run, step, set, name, session.catalogue(), progress, session.stop());
      progress.preparingDone();
      session.console().out.println(sibling.folder() + " " + (sibling.told().isEmpty() ? "goes on" : sibling.told()));
      progress.training("fork", RunSettings.of(sibling.config()).tokens(), 0);
      var view = new RunView(progress, sibling.folder().getFileName().toString(), sibling.seed());
      Outcome o = sibling.train(session.swaps(), view, session.stop());
      if (o.status() == Outcome.Status.STOPPED) {
        session.console().say("Stopped at step " + o.step() + "; the same command goes on from there.");
        return VulpesCommand.STOPPED;
      }
      view.ended(o);
      return o.status() == Outcome.Status.FINISHED ? 0 : VulpesCommand.NO;
    }
  }
}
