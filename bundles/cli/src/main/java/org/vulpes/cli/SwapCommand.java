package org.vulpes.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.SwapRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "swap", sortOptions = false,
    description = {"Exchanges what fills a slot of a run that is going in another terminal, between two of its steps.",
        "The new plugin is tried out beside the run first; if it fails then, or in its first steps, the run is as it would have been without. Exit code 1 says so."},
    footer = {"", "Examples:", "  ./vulpes swap runs/my-run/trials/run-s1 curriculum flat --set sequence-length=64", "  ./vulpes swap runs/my-run optimizer lion", "  ./vulpes swap runs/my-run --undo",
        "", "A new or rebuilt plugin is taken from the folder 'plugins' of the distribution. `vulpes slots RUN` shows what fills the slots."})
final class SwapCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(index = "0", paramLabel = "RUN", description = "Folder of the run, or of its study when only one trial is training.")
  private Path run;

  @Parameters(index = "1", arity = "0..1", paramLabel = "SLOT", description = "curriculum, optimizer, model.position, kernels.gemm, …: what `vulpes slots RUN` lists as loop or program.")
  private String slot;

  @Parameters(index = "2", arity = "0..1", paramLabel = "PLUGIN", description = "What is to fill it.")
  private String use;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "An option of the plugin; may be repeated.")
  private List<String> set = new ArrayList<>();

  @Option(names = "--undo", description = "Bring back what the last swap (of the slot, when one is named) replaced, with the run's present state.")
  private boolean undo;

  @Option(names = "--force", description = "Also in a trial of a study, which is then marked: its comparisons are exploratory.")
  private boolean force;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  SwapCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (undo && use != null) throw new InvalidInput("--undo takes no plugin: it brings back the one that was there before.");
    if (undo && !set.isEmpty()) throw new InvalidInput("--undo takes no --set: the plugin comes back with the options that it had.");
    if (!undo && use == null) throw new InvalidInput("Say which slot and which plugin, as in: vulpes swap " + run + " curriculum flat. Or --undo.");
    var request = new SwapRequest(slot == null ? "" : slot, undo ? "" : use, set, force);
    return session.swaps().attach(run).swap(request, session.console().out::println) ? 0 : VulpesCommand.NO;
  }
}
