package org.vulpes.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.report.Report;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.RunControl;
import org.vulpes.study.Study;
import org.vulpes.study.StudyListener;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TrialResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "shell", sortOptions = false,
    description = "Opens a prompt at a run: one that is going in another terminal, or a file's, which is started (or goes on) in this process.",
    footer = {"", "Examples:", "  ./vulpes shell runs/my-run/trials/run-s1", "  ./vulpes shell experiments/my-run.conf --set training.tokens=1000000", "",
        "At the prompt: slots, swap curriculum flat --set sequence-length=64, undo, fork at 400 --set optimizer.use=lion, forks, status, run, plugins, help, exit."})
final class ShellCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "RUN|FILE", description = "A run's folder, or a study's when only one trial is training; or a configuration file.")
  private Path target;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Lay a value over the file; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ShellCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws Exception {
    var out = session.console().out;
    if (Files.isDirectory(target)) {
      RunControl run = session.swaps().attach(target);
      out.println(org.vulpes.shell.SlotsText.head(run.name(), run.status()));
      try (var forks = forks()) {
        session.shell().interact(() -> Stream.concat(Stream.of(run), session.swaps().runs().stream()).toList(), forks, false, out);
      }
      return 0;
    }
    return start();
  }

  private int start() throws Exception {
    var console = session.console();
    String name = target.getFileName().toString().replaceFirst("\\.conf$", "");
    Study study = Study.open(ConfigFile.load(target, overrides, session.catalogue().reference()), name, session.catalogue(), new Told(), session.stop());
    console.out.println(PlanText.of(study.plan(), study, List.of()));
    var prompt = new Prompt(Thread.currentThread());
    var training = new FutureTask<StudyResult>(() -> study.run(session.swaps(), session.stop(), session.command())) {
      @Override
      protected void done() {
        prompt.interrupt();
      }
    };
    Thread.ofPlatform().daemon().name("shell-run").start(training);
    // A script's first command is meant for a run that is going.
    while (session.swaps().runs().isEmpty() && !training.isDone()) Thread.sleep(20);
    try (var forks = forks()) {
      boolean left = prompt.open(() -> !training.isDone() && session.shell().interact(session.swaps()::runs, forks, true, console.out));
      if (left && !training.isDone()) {
        console.say("stopping at the next step; the same command goes on from there");
        session.stop().run();
      }
      return ended(training);
    }
  }

  private ShellForks forks() {
    return new ShellForks(session, sentence -> session.shell().tell(sentence, session.console().err));
  }

  private int ended(FutureTask<StudyResult> training) throws Exception {
    StudyResult result;
    try {
      result = training.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) throw cause;
      throw e;
    }
    if (session.stop().getAsBoolean()) return VulpesCommand.STOPPED;
    session.console().out.print(Report.verdictTable(result));
    session.console().out.println(session.console().strong("Report") + "  " + Report.write(result));
    return result.trials().stream().allMatch(TrialResult::finished) ? 0 : VulpesCommand.NO;
  }

  /** The thread that reads commands: interrupted at its prompt when the training is over, and nowhere else. */
  private static final class Prompt {
    private final Thread thread;
    private boolean open;

    Prompt(Thread thread) {
      this.thread = thread;
    }

    boolean open(BooleanSupplier reading) {
      synchronized (this) {
        open = true;
      }
      try {
        return reading.getAsBoolean();
      } finally {
        synchronized (this) {
          open = false;
          Thread.interrupted();
        }
      }
    }

    synchronized void interrupt() {
      if (open) thread.interrupt();
    }
  }

  /** Tells above the prompt what happens. */
  private final class Told implements StudyListener {
    private String preparing = "";

    @Override
    public void preparing(String what, double share) {
      if (!what.equals(preparing)) said(what);
      preparing = what;
    }

    @Override
    public void trialStarted(String arm, long seed) {
      said(arm + ", seed " + seed + ": begins");
    }

    @Override
    public void evaluated(String arm, long seed, long step, BitsPerByte.Result result) {
      said(String.format(Locale.ROOT, "%s, seed %d: step %,d, %.4f bits per byte", arm, seed, step, result.mean()));
    }

    @Override
    public void trialEnded(String arm, TrialResult r) {
      said(arm + ", seed " + r.seed() + ": " + r.status() + (r.finished() ? ", " + r.reached() : ". " + r.reason()));
    }

    @Override
    public void said(String sentence) {
      session.shell().tell(sentence, session.console().err);
    }
  }
}
