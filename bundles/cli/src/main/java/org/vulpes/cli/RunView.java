package org.vulpes.cli;

import java.util.TreeMap;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.study.TrialResult;
import org.vulpes.training.Outcome;
import org.vulpes.training.RunListener;

/** Shows a single run that is no study's as a study's trials are shown. */
record RunView(StudyProgress progress, String name, long seed) implements RunListener {
  @Override
  public void step(long step, long tokens, long total, double loss) {
    progress.step(name, seed, step, tokens, total, loss);
  }

  @Override
  public void evaluated(long step, BitsPerByte.Result result) {
    progress.evaluated(name, seed, step, result);
  }

  @Override
  public void swapped(long step, String what) {
    progress.swapped(name, seed, step, what);
  }

  @Override
  public void said(String sentence) {
    progress.said(name + ": " + sentence);
  }

  void ended(Outcome o) {
    progress.trialEnded(name, new TrialResult(name, seed, o.status().name().toLowerCase(java.util.Locale.ROOT), o.reason(), "", o.bitsPerByte(), new TreeMap<>(o.byDomain()), o.standardError(), o.step(),
        o.tokens(), o.bytes(), o.flops(), o.seconds(), o.memory(), o.epochs(), o.measured()));
  }
}
