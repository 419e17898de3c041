package org.vulpes.cli;

import java.util.concurrent.Callable;
import org.vulpes.study.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "plan", sortOptions = false,
    description = "Says what a study would do: arms with their exact sizes and FLOPs, trials, time, and what its seeds can detect. Trains nothing but the pilot, if study.pilot asks for one.",
    footer = {"", "Example:", "  ./vulpes plan experiments/quickstart.conf --set study.seeds=8"})
final class PlanCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Mixin
  private ConfigArguments config;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PlanCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (var progress = new StudyProgress(session.console())) {
      Study study = Study.open(config.load(session.catalogue()), config.name(), session.catalogue(), progress, session.stop());
      progress.preparing("measuring the speed of a step", 0);
      var plan = study.probed();
      progress.preparingDone();
      var pilot = study.pilot(session.swaps(), session.stop());
      session.console().out.println(PlanText.of(plan, study, pilot));
    }
    if (session.stop().getAsBoolean()) {
      session.console().say("Stopped; the same command goes on with the pilot from here.");
      return VulpesCommand.STOPPED;
    }
    return 0;
  }
}
