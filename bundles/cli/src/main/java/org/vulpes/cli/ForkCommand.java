package org.vulpes.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.RunTexts;
import org.vulpes.training.Fork;
import org.vulpes.training.Outcome;
import org.vulpes.training.PastRun;
import org.vulpes.training.PhasedRun;
import org.vulpes.training.RunOrder;
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
    if (name != null && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) throw new InvalidInput("--name " + name + " cannot name a folder; use letters, digits, '.', '_' and '-'.");
    for (String s : set) if (s.strip().startsWith("training.seed")) throw new InvalidInput("--set " + s + ": a fork keeps the seed of its run, from which the order of its text follows.");
    Path folder = run.toAbsolutePath().normalize().resolveSibling(name != null ? name : run.toAbsolutePath().normalize().getFileName() + "-at-" + step);
    var past = PastRun.open(run);
    var catalogue = session.catalogue();
    try (var progress = new StudyProgress(session.console())) {
      var texts = new RunTexts(past.config(), catalogue, progress, session.stop());
      Config config;
      String done = "";
      if (Fork.begun(folder)) {
        config = again(folder);
      } else {
        Fork fork = Fork.at(past, step, texts, catalogue);
        config = ConfigFile.lay(set, fork.config(), catalogue.reference());
        if (same(config, fork.config())) throw new InvalidInput("A fork that changes nothing would become the same run; say with --set what is otherwise.");
        done = fork.begin(new RunOrder(config, past.seed(), texts.apply(config), folder, ""), true);
      }
      progress.preparingDone();
      session.console().out.println(folder + (done.isEmpty() ? " goes on" : " begins at step " + step + " of " + run + ": " + done));
      progress.training("fork", RunSettings.of(config).tokens(), 0);
      var view = new RunView(progress, folder.getFileName().toString(), past.seed());
      Outcome o = new PhasedRun(new RunOrder(config, past.seed(), texts.apply(config), folder, ""), texts, catalogue, session.swaps(), view).train(new TreeSet<>(), session.stop());
      if (o.status() == Outcome.Status.STOPPED) {
        session.console().say("Stopped at step " + o.step() + "; the same command goes on from there.");
        return VulpesCommand.STOPPED;
      }
      view.ended(o);
      return o.status() == Outcome.Status.FINISHED ? 0 : VulpesCommand.NO;
    }
  }

  /** A run's folder keeps its configuration without the study's part. */
  private static boolean same(Config a, Config b) {
    return a.withoutPath("study").equals(b.withoutPath("study"));
  }

  private Config again(Path folder) {
    var sibling = PastRun.open(folder);
    Config wanted = ConfigFile.lay(set, sibling.config(), session.catalogue().reference());
    if (!same(wanted, sibling.config())) throw new InvalidInput(folder + " holds a fork with other choices; give this one a name of its own (--name).");
    return sibling.config();
  }
}
