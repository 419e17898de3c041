package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;
import org.vulpes.study.statistics.Verdict;
import org.vulpes.training.Durable;
import org.vulpes.training.SpeedProbe;
import org.vulpes.training.SwapsByHand;

/**
 * One study from its file to its verdicts. Everything that can be wrong with the file is found in {@link #open}, before anything trains.
 * A study that was stopped or killed goes on where it was: ended trials are kept, a trial in the middle resumes from its checkpoint.
 */
public final class Study {
  private static final String NOTES = "notes.txt";
  private final Config root;
  private final Catalogue catalogue;
  private final StudyListener listener;
  private final StudySettings settings;
  private final Path folder;
  private final Arms arms;
  private final SortedMap<String, String> declared;
  private final StudyPlan plan;

  /**
   * Reads, checks and plans. Trains the tokenizers and tokenises the corpora that are not in the cache yet, as sizes depend on them.
   *
   * @param root whole configuration, resolved and validated
   * @param name of the study, which names its folder
   * @param stop asked while tokenizers train and text is tokenised
   * @throws Stopped when it says so
   * @throws InvalidInput for whatever does not fit together, before anything trains
   */
  public static Study open(Config root, String name, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    return new Study(root, name, catalogue, listener, stop);
  }

  private Study(Config given, String name, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    Config whole = Branch.spread(given);
    this.catalogue = catalogue;
    this.listener = listener;
    folder = Storage.runs(whole).resolve(name);
    StudySettings written = StudySettings.of(whole).begun(catalogue);
    int trials = written.arms().size() * written.seeds().size();
    root = DeviceChoice.resolve(whole, written.arms().get(written.baseline()), written.sideBySide() > 0 ? Math.min(trials, written.sideBySide()) : trials, folder, catalogue, listener);
    settings = root == whole ? written : StudySettings.of(root).begun(catalogue);
    arms = new Arms(root, settings, catalogue, listener, stop);
    var planned = arms.declared();
    declared = Preregistration.of(settings, planned, arms.text(settings.baseline()).contentHash());
    plan = arms.plan(name, planned, Preregistration.hash(declared));
  }

  public StudyPlan plan() {
    return plan;
  }

  /** The plan with its time, from some seconds of training the baseline on made-up tokens. */
  public StudyPlan probed() {
    Arm base = plan.arms().getFirst();
    double speed = SpeedProbe.tokensPerSecond(Arms.threads(base.config(), plan.threads()), catalogue, base.vocabulary());
    return plan.with(speed);
  }

  /** Bytes that a trial of each arm takes of its device at most, counted before anything trains. */
  public SortedMap<String, Long> memory() {
    return arms.memory();
  }

  /** Where the study leaves its files. */
  public Path folder() {
    return folder;
  }

  /** Verdict trials that have ended so far, of this plan. */
  public List<TrialResult> results() {
    return results(arms.settled(plan, Tuning.read(folder)), folder);
  }

  private static List<TrialResult> results(StudyPlan plan, Path folder) {
    var hashes = new LinkedHashMap<String, String>();
    for (Arm a : plan.arms()) hashes.put(a.name(), a.hash());
    return Results.verdict(folder).read().stream().filter(r -> r.config().equals(hashes.get(r.arm())) && plan.seeds().contains(r.seed())).toList();
  }

  /** Differences of the pairs that are there, not judged: what they say about noise. */
  public List<Verdict> pairs() {
    return Judgement.pairs(plan, results());
  }

  /**
   * Trains the pilot's trials that are missing; nothing when the study has no pilot.
   *
   * @return all that ended
   */
  public List<TrialResult> pilot(Swaps swaps, BooleanSupplier stop) {
    if (!plan.design().pilot().isEmpty()) {
      locked(() -> {
        run(new Trials(plan, arms.texts(), arms::text, catalogue, swaps, listener), "pilot", Pilot.trials(plan, folder), List.of(), Results.pilot(folder), stop);
        return null;
      });
    }
    return Pilot.results(plan, plan.arms().getFirst().hash(), folder);
  }

  /**
   * Trains what is missing, look by look, and judges. Ends at the first look that decides every comparison.
   *
   * @param swaps through which the slots of running trials are filled and exchanged
   * @param stop asked between steps; when true every running trial leaves a checkpoint and the result so far is returned
   * @param command as the user gave it, for the report
   */
  public StudyResult run(Swaps swaps, BooleanSupplier stop, String command) {
    pilot(swaps, stop);
    return locked(() -> {
      var registered = register();
      var trials = new Trials(plan, arms.texts(), arms::text, catalogue, swaps, listener);
      StudyPlan settled = plan;
      if (!plan.design().tuning().isEmpty()) {
        var tuning = new Tuning(plan, arms.texts(), catalogue, folder);
        if (!stop.getAsBoolean()) run(trials, "tuning", tuning.trials(), List.of(), Results.tuning(folder), stop);
        if (stop.getAsBoolean()) return result(folder, command);
        tuning.choose();
        var chosen = Tuning.read(folder);
        Tuning.words(plan, chosen).forEach(listener::said);
        settled = arms.settled(plan, chosen);
        PlanFile.write(folder, settled, registered, plan.arms().getFirst().hash());
      }
      for (int seeds : plan.looks()) {
        if (stop.getAsBoolean() || Judgement.of(settled, results(settled, folder)).over()) break;
        run(trials, "trials", trials(settled, seeds), settled.arms(), Results.verdict(folder), stop);
      }
      Optional<TrialResult> first = results(settled, folder).stream().filter(r -> r.arm().equals(plan.baseline()) && r.finished()).min(java.util.Comparator.comparingLong(TrialResult::seed));
      if (!stop.getAsBoolean() && first.isPresent()) {
        new Afterwards(settled, arms.text(plan.baseline()), catalogue, folder, listener).write(first.get(), settings.samplePrompt(), settings.sampleTokens(), stop);
      }
      var known = new ArrayList<>(arms.notes());
      if (!settings.stages().none()) known.addAll(settings.stages().words(settled, folder));
      Durable.write(folder.resolve(NOTES), String.join("\n", known) + "\n");
      return result(folder, command);
    });
  }

  /** Trains what is missing of these trials, and of the stages that they begin with. */
  private void run(Trials trials, String what, List<Trials.Trial> wanted, List<Arm> sharing, Results results, BooleanSupplier stop) {
    if (settings.stages().none()) {
      trials.run(what, wanted, sharing, results, stop);
      return;
    }
    var missing = trials.missing(wanted, results);
    for (var stage : settings.stages().before(missing, folder)) {
      if (!stop.getAsBoolean()) trials.run("stage", stage, List.of(), Results.stages(folder), stop);
    }
    if (!stop.getAsBoolean()) trials.run(what, settings.stages().following(wanted, folder), sharing, results, stop);
  }

  /** Fixes the plan before the first trial, or says what was changed since. */
  private PlanFile.Begun register() {
    boolean begun = !Results.verdict(folder).read().isEmpty() || !Results.tuning(folder).read().isEmpty() || Trials.measured(folder.resolve("trials")) || Trials.measured(folder.resolve("tuning"));
    Optional<PlanFile.Begun> before = begun ? PlanFile.read(folder) : Optional.empty();
    // Trials without a plan: somebody took it away, and nobody can tell any more what was planned before them.
    var registered = before.map(b -> b.now(declared, plan.alpha()))
        .orElseGet(() -> new PlanFile.Begun(declared, begun ? List.of("plan.json was taken away after the first trial.") : List.of()));
    PlanFile.write(folder, plan, registered, plan.arms().getFirst().hash());
    Environment.record(folder, catalogue, plan);
    Durable.write(folder.resolve("study.conf"), root.root().render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false)));
    if (registered.changed()) listener.said("Exploratory: " + registered.why());
    return registered;
  }

  /** Seed by seed, all arms of a seed together. @param seeds how many of them */
  private List<Trials.Trial> trials(StudyPlan settled, int seeds) {
    return settled.seeds().subList(0, seeds).stream().flatMap(seed -> settled.arms().stream().map(a -> new Trials.Trial(a.name(), seed, a.name(), a.config(), a.hash(), a.tokens(),
        folder.resolve("trials").resolve(a.name() + "-s" + seed)))).toList();
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    try {
      Files.createDirectories(folder);
      try (var channel = FileChannel.open(folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE); FileLock lock = lock(channel)) {
        return work.get();
      }
    } catch (IOException e) {
      throw Durable.failure(folder, e);
    }
  }

  private FileLock lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) return lock;
    } catch (OverlappingFileLockException e) {
      // The same as a lock held by another process.
    }
    throw new InvalidInput("Another process is running the study in " + folder + "; wait for it, or give this one another storage.runs.");
  }

  /** The study in a folder as far as it has come. @throws InvalidInput when the folder holds none, or its files were altered */
  public static StudyResult result(Path folder, String command) {
    StudyPlan plan = PlanFile.load(folder);
    var trials = results(plan, folder);
    var course = Judgement.of(plan, trials);
    var tuning = plan.design().tuning().isEmpty() ? List.<TuningTrial>of() : Tuning.read(folder);
    var remarks = new ArrayList<String>();
    remarks.addAll(Judgement.words(plan, course));
    remarks.addAll(Tuning.words(plan, tuning));
    remarks.addAll(Judgement.noise(plan, trials));
    remarks.addAll(notes(folder));
    remarks.addAll(plan.cautions());
    var registered = PlanFile.read(folder).orElseThrow();
    String exploratory = registered.why();
    for (TrialResult t : trials) {
      List<String> swaps = plan.arms().size() == 1 ? List.of() : SwapsByHand.of(folder.resolve("trials").resolve(t.arm() + "-s" + t.seed()));
      if (swaps.isEmpty()) continue;
      exploratory += (exploratory.isEmpty() ? "" : " ") + "Trial " + t.arm() + "-s" + t.seed() + " is not the arm that was planned: swapped by hand were " + String.join(", ", swaps)
          + "; comparisons with '" + t.arm() + "' are exploratory.";
    }
    return new StudyResult(plan, trials, Pilot.results(plan, PlanFile.pilotConfig(folder), folder), tuning, course.verdicts(), Afterwards.references(folder), Afterwards.sample(folder),
        exploratory, remarks, course.over() ? 0 : plan.trials() - trials.size(), folder, command);
  }

  /** What frozen models cost, and what the stages before the last came to. */
  private static List<String> notes(Path folder) {
    Path file = folder.resolve(NOTES);
    try {
      return Files.exists(file) ? Files.readAllLines(file).stream().filter(l -> !l.isBlank()).toList() : List.of();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
