package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.report.Report;
import org.vulpes.study.Study;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "run", sortOptions = false, description = "Runs a study or a single run; goes on where it was when it was stopped or killed.",
    footer = {"", "Example:", "  ./vulpes run experiments/quickstart.conf --set study.seeds=5"})
final class RunCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Mixin
  private ConfigArguments config;

  @Option(names = "--profile", description = "Time the parts of a step (rollout, rewards, forward and backward, update, …) and every kernel; each trial prints tables of time, GFLOP/s and GB/s to standard error (jvm: beside its floor; opencl: with what a step takes beside its kernels).")
  private boolean profile;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  RunCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Console console = session.console();
    // Not a key of the configuration: what is measured must not change what a study is.
    if (profile) System.setProperty("vulpes.profile", "true");
    StudyResult result;
    try (var progress = new StudyProgress(console)) {
      Study study = Study.open(config.load(session.catalogue()), config.name(), session.catalogue(), progress, session.stop());
      progress.preparingDone();
      var pilot = study.pilot(session.swaps(), session.stop());
      console.out.println(PlanText.of(study.plan(), study, pilot));
      result = study.run(session.swaps(), session.stop(), session.command());
    }
    if (session.stop().getAsBoolean()) {
      console.say("Stopped; " + result.missing() + " of " + result.plan().trials() + " trials are left. The same command goes on from here.");
      return VulpesCommand.STOPPED;
    }
    console.out.println();
    console.out.print(Report.verdictTable(result));
    for (String remark : result.remarks()) console.out.println(remark);
    if (!result.sample().isEmpty()) console.out.println("\n" + console.strong("Sample") + "  " + result.sample().strip() + "\n");
    Path report = Report.write(result);
    console.out.println(console.strong("Report") + "  " + report);
    return result.trials().stream().allMatch(TrialResult::finished) ? 0 : VulpesCommand.NO;
  }
}
