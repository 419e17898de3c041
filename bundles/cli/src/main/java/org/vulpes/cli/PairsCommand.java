package org.vulpes.cli;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vulpes.study.Stopped;
import org.vulpes.training.PairMaker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "pairs", sortOptions = false,
    description = {"Lets one or more policies answer problems, judges their answers by rewards, and writes pairs (or labels) for objective = preference as lines of JSON.",
        "What is asked, of whom and how it is judged stands in the configuration's blocks pairs and problems. A file that was made by the same recipe stays as it is."},
    footer = {"", "Example:", "  ./vulpes pairs experiments/pairs-arithmetic.conf --out runs/pairs.jsonl", "", "Then: corpus { use = conversations, conversations.domains { mine = runs/pairs.jsonl } }"})
final class PairsCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Mixin
  private ConfigArguments config;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where the lines go; the name ends in .jsonl.")
  private Path out;

  @Option(names = "--device", description = "Where the policies run: jvm, reference, opencl:0, …; as each was trained when left out.")
  private String device;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  PairsCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (!out.getFileName().toString().endsWith(".jsonl")) throw new org.vulpes.slot.InvalidInput("--out must end in .jsonl, as corpus = conversations asks for, but is " + out + ".");
    var maker = new PairMaker(config.load(session.catalogue()), session.catalogue());
    try (var progress = new StudyProgress(session.console())) {
      var made = maker.write(out, model -> GenerationOptions.open(model, session.catalogue(), device), share -> {
        if (session.stop().getAsBoolean()) throw new Stopped("Stopped; nothing was written.");
        progress.preparing("answers", share);
      });
      progress.preparingDone();
      if (made.there()) {
        session.console().out.println(out + " is there already, made by the same recipe.");
        return 0;
      }
      session.console().out.println(String.format(Locale.ROOT, "%s: %,d lines; %,d problems whose answers did not differ enough, %,d empty answers left out; mean reward %.3f", out, made.lines(), made.alike(),
          made.empty(), made.meanReward()));
      made.contained().forEach((what, n) -> session.console().out.println("Reward " + what + " for " + n + " answers, which were left out."));
    }
    return 0;
  }
}
