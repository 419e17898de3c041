package org.vulpes.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.vulpes.study.StudyListener;
import org.vulpes.study.TrialResult;

/**
 * Shows how far a study is: on a terminal one bar over the tokens of all trials with tokens/s and the time left; elsewhere a line when a trial
 * begins or ends and every tenth of it, so that a log stays readable.
 */
final class StudyProgress implements StudyListener, AutoCloseable {
  private static final int WIDTH = 110;

  private final Console console;
  private final Map<String, Long> tokens = new TreeMap<>();
  private final Map<String, Double> losses = new TreeMap<>();
  private final Map<String, Long> tenths = new TreeMap<>();
  private final Map<String, String> swaps = new TreeMap<>();
  /** Tokens of trials that had ended when these began. */
  private long before;
  private ProgressBar bar;
  private String preparing;

  StudyProgress(Console console) {
    this.console = console;
  }

  private ProgressBar open(String task, long total, String unit, long size) {
    return new ProgressBarBuilder().setTaskName(task).setInitialMax(total).setUnit(unit, size).showSpeed().setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis(200)
        .setConsumer(new Overwriting()).build();
  }

  /** Draws over its own line; the library's consumer asks the terminal for its width through a library that is not here. */
  private final class Overwriting extends ConsoleProgressBarConsumer {
    Overwriting() {
      super(console.err, WIDTH);
    }
  }

  @Override
  public synchronized void preparing(String what, double share) {
    if (!what.equals(preparing)) {
      preparingDone();
      preparing = what;
      if (console.terminal) bar = open(what, 100, "%", 1);
      else console.say(what);
    }
    if (bar != null) bar.stepTo(Math.round(share * 100));
  }

  synchronized void preparingDone() {
    preparing = null;
    closeBar();
  }

  private void closeBar() {
    if (bar != null) bar.close();
    bar = null;
  }

  @Override
  public synchronized void training(String what, long all, long done) {
    preparingDone();
    tokens.clear();
    before = done;
    if (console.terminal) bar = open(what, all, " tokens", 1);
  }

  @Override
  public synchronized void trialStarted(String arm, long seed) {
    if (!console.terminal) console.say(arm + ", seed " + seed + ": begins");
  }

  @Override
  public synchronized void step(String arm, long seed, long step, long seen, long total, double loss) {
    String trial = arm + " s" + seed;
    tokens.put(trial, seen);
    losses.put(trial, loss);
    if (bar != null) {
      bar.stepTo(done());
      var text = new StringBuilder();
      losses.forEach((t, l) -> text.append("  ").append(t).append(String.format(Locale.ROOT, " %.2f", l)).append(swaps.getOrDefault(t, "")));
      bar.setExtraMessage(text.toString());
    } else if (!console.terminal) {
      long tenth = 10 * seen / total;
      if (tenth > tenths.getOrDefault(trial, 0L) && tenth < 10) {
        tenths.put(trial, tenth);
        console.say(String.format(Locale.ROOT, "%s, seed %d: step %,d, %d %%, loss %.3f%s", arm, seed, step, 10 * tenth, loss, swaps.getOrDefault(trial, "")));
      }
    }
  }

  @Override
  public synchronized void swapped(String arm, long seed, long step, String what) {
    if (what.isEmpty()) swaps.remove(arm + " s" + seed);
    else swaps.put(arm + " s" + seed, " [" + what + " since step " + step + "]");
  }

  private long done() {
    return before + tokens.values().stream().mapToLong(x -> x).sum();
  }

  @Override
  public synchronized void trialEnded(String arm, TrialResult r) {
    swaps.remove(arm + " s" + r.seed());
    losses.remove(arm + " s" + r.seed());
    tokens.merge(arm + " s" + r.seed(), r.tokens(), Math::max);
    String sentence = r.finished()
        ? arm + ", seed " + r.seed() + ": " + r.reached() + ", " + PlanText.duration(r.seconds())
        : arm + ", seed " + r.seed() + ": " + r.status() + ". " + r.reason();
    said(sentence);
  }

  @Override
  public synchronized void said(String sentence) {
    if (bar != null) console.err.print("\r" + " ".repeat(WIDTH) + "\r");
    console.say(sentence);
  }

  @Override
  public synchronized void close() {
    closeBar();
  }
}
