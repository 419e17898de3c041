package org.vulpes.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.Arm;
import org.vulpes.study.Study;
import org.vulpes.study.StudyResult;
import org.vulpes.training.RunProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Says how far studies are: of one folder, or of all under runs.",
    footer = {"", "Example:", "  ./vulpes status runs/quickstart"})
final class StatusCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "FOLDER", arity = "0..1", defaultValue = "runs", description = "A study's folder, or a folder of studies (default: runs).")
  private Path folder;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  StatusCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (Files.exists(folder.resolve("plan.json"))) {
      print(folder);
      return 0;
    }
    if (!Files.isDirectory(folder)) throw new InvalidInput(folder + " does not exist; give the folder of a study, or of studies.");
    try (var all = Files.list(folder)) {
      var studies = all.filter(p -> Files.exists(p.resolve("plan.json"))).sorted().toList();
      if (studies.isEmpty()) throw new InvalidInput(folder + " holds no study (no plan.json); give the folder that `vulpes run` named.");
      studies.forEach(this::print);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
    return 0;
  }

  private void print(Path study) {
    var out = session.console().out;
    StudyResult result = Study.result(study, session.command());
    out.println(session.console().strong(study.toString()) + "  " + result.trials().size() + " of " + result.plan().trials() + " trials ended");
    if (!result.exploratory().isEmpty()) out.println("  Exploratory: " + result.exploratory());
    for (String remark : result.remarks()) out.println("  " + remark);
    var grid = result.plan().design().tuning();
    if (!grid.isEmpty() && result.tuning().isEmpty()) out.println("  tuning has not ended; it comes before the trials below");
    for (long seed : result.plan().seeds()) {
      for (Arm arm : result.plan().arms()) {
        String name = "  " + arm.name() + ", seed " + seed + ": ";
        var ended = result.trial(arm.name(), seed);
        if (ended.isPresent()) {
          var t = ended.get();
          out.println(name + t.status() + (t.finished() ? String.format(Locale.ROOT, ", %.4f %s", result.plan().metric().of(t), result.plan().metric().words()) : ", " + t.reason()));
        } else {
          out.println(name + RunProgress.of(result.trialFolder(arm.name(), seed)).map(p -> String.format(Locale.ROOT,
              "step %,d, %.0f %% of its tokens, loss %.3f", p.step(), 100.0 * p.tokens() / arm.tokens(), p.loss())).orElse("not begun"));
        }
      }
    }
  }
}
