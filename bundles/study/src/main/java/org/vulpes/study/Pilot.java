package org.vulpes.study;

import java.nio.file.Path;
import java.util.List;

/** The baseline at seeds of its own, trained before anything is decided: what its spread over seeds says about noise. */
final class Pilot {
  private Pilot() {}

  /** Trials of the pilot; they are not tuned, as noise hardly depends on it. */
  static List<Trials.Trial> trials(StudyPlan plan, Path folder) {
    Arm base = plan.arms().getFirst();
    return plan.design().pilot().stream().map(seed -> new Trials.Trial(base.name(), seed, "pilot of " + base.name(), base.config(), base.hash(), plan.tokens(),
        folder.resolve("pilot").resolve(base.name() + "-" + base.hash().substring(0, 8) + "-s" + seed))).toList();
  }

  /** Results of the baseline as it was declared, in the order of the seeds. @param hash of its configuration before tuning */
  static List<TrialResult> results(StudyPlan plan, String hash, Path folder) {
    var all = Results.pilot(folder).read();
    return plan.design().pilot().stream().flatMap(s -> all.stream().filter(r -> r.arm().equals(plan.baseline()) && r.seed() == s && r.config().equals(hash))).toList();
  }
}
