package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.corpus.TokenStore;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Mixture;
import org.vulpes.curriculum.Progress;
import org.vulpes.model.Decoder;
import org.vulpes.objective.Material;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.slot.Swaps;
import org.vulpes.study.matching.MatchRequest;
import org.vulpes.study.matching.Matching;
import org.vulpes.study.statistics.Verdict;
import org.vulpes.training.Durable;
import org.vulpes.training.Initial;
import org.vulpes.training.Lessons;
import org.vulpes.training.RunEvaluations;
import org.vulpes.training.RunSettings;
import org.vulpes.training.SpeedProbe;
import org.vulpes.training.StepCost;
import org.vulpes.training.SwapsByHand;
import org.vulpes.training.Trainee;

/**
 * One study from its file to its verdicts. Everything that can be wrong with the file is found in {@link #open}, before anything trains.
 * A study that was stopped or killed goes on where it was: ended trials are kept, a trial in the middle resumes from its checkpoint.
 */
public final class Study {
  /** Share of an arm's budget below which it does not begin at another's checkpoint: what that saves is less than what it costs. */
  private static final double LEAST_SHARED = 0.01;

  private static final String NOTES = "notes.txt";
  private final Config root;
  private final Catalogue catalogue;
  private final StudyListener listener;
  private final StudySettings settings;
  private final Path folder;
  private final Map<String, TokenStore> stores = new LinkedHashMap<>();
  private final StudyData data;
  /** What a reader should know of an arm's costs. */
  private final java.util.Set<String> notes = new java.util.LinkedHashSet<>();
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
    // Cheap checks of every arm come before the corpus is read.
    var matches = new LinkedHashMap<String, MatchRequest>();
    for (var named : settings.arms().entrySet()) {
      String armName = named.getKey();
      Config arm = named.getValue();
      settings.stages().byArm().getOrDefault(armName, List.of()).forEach(stage -> check(stage.config()));
      check(arm);
      settings.metric().check(Options.at(root, "study"), armName, RunEvaluations.metrics(arm, catalogue));
      Optional<MatchRequest> match = MatchRequest.of(root, armName, armName.equals(settings.baseline()));
      if (match.isPresent()) {
        Matching.check(match.get(), arm, catalogue);
        matches.put(armName, match.get());
      } else {
        Decoder.of(arm, catalogue, 1024);
      }
    }
    settings.arms().forEach((armName, arm) -> settings.design().tuning().points().forEach(point -> {
      try {
        check(Tuning.with(arm, point));
      } catch (InvalidInput e) {
        throw new InvalidInput(Options.place(root.getValue("study.tune")) + "study.tune: arm '" + armName + "' with " + TuningGrid.words(point) + " cannot be trained: " + e.getMessage(), e);
      }
    }));
    data = new StudyData(root, catalogue, listener, stop);
    var arms = new ArrayList<Arm>();
    settings.arms().forEach((armName, config) -> {
      var stages = settings.stages().byArm().getOrDefault(armName, List.of());
      for (Stages.Stage stage : stages) {
        TokenStore its = data.store(stage.config());
        stores.put(stage.key(), its);
        data.ended(stage.key(), its);
        note(Trainee.of(stage.config(), catalogue, its.tokenizer().vocabularySize()).check(its.tokenizer())
            .check(new Material(its, seeds(armName), Lessons.of(stage.config(), catalogue), RunSettings.of(stage.config()).tokens())));
      }
      TokenStore store = data.store(config);
      stores.put(armName, store);
      arms.add(arm(armName, config, store, matches.get(armName)));
    });
    var judged = new LinkedHashMap<String, TokenStore>();
    settings.arms().keySet().forEach(a -> judged.put(a, stores.get(a)));
    Yardstick.check(judged, settings.baseline());
    share(arms);
    declared = Preregistration.of(settings, arms, stores.get(settings.baseline()).contentHash());
    plan = plan(name, arms);
  }

  /** What can be checked of an arm without its text, but for its model. */
  private void check(Config arm) {
    RunSettings.of(arm);
    for (String slot : List.of("optimizer", "schedule", "curriculum", "objective", "tokenizer", "corpus", "mixture")) catalogue.create(arm, slot);
    for (String family : KernelFamily.ALL) catalogue.create(arm, "kernels." + family);
    long tokens = RunSettings.of(arm).tokens();
    for (var planned : Lessons.of(arm, catalogue)) {
      int batch = planned.lesson().batchTokens();
      if (batch <= tokens) continue;
      String use = arm.getString("curriculum.use");
      throw new InvalidInput(Options.place(arm.getValue("curriculum.use")) + "curriculum " + use + " asks for batches of " + batch + " tokens, more than the whole budget of training.tokens = " + tokens
          + "; make one smaller, or the other larger.");
    }
  }

  /** Finds for each arm the one before it with which it goes longest together, unless the study has arms train by themselves. */
  private void share(List<Arm> arms) {
    if (!settings.design().share()) return;
    var courses = arms.stream().map(a -> Course.of(a.config(), data::store, catalogue)).toList();
    for (int i = 1; i < arms.size(); i++) {
      long longest = 0;
      int with = -1;
      for (int j = 0; j < i; j++) {
        long same = courses.get(i).sameUntil(courses.get(j));
        // Arms that never part are there for their noise: each is trained.
        if (same > longest && same < arms.get(i).tokens()) {
          longest = same;
          with = j;
        }
      }
      Optional<Shared> shared = longest < LEAST_SHARED * arms.get(i).tokens() ? Optional.empty() : Optional.of(new Shared(arms.get(with).name(), longest, courses.get(i).flops(longest)));
      arms.set(i, arms.get(i).sharing(shared));
    }
  }

  /** @param request null when the arm is taken as it is */
  private Arm arm(String name, Config given, TokenStore store, MatchRequest request) {
    int vocabulary = store.tokenizer().vocabularySize();
    Optional<Matching.Matched> matched = Optional.ofNullable(request).map(r -> Matching.match(r, settings.arms().get(settings.baseline()),
        stores.get(settings.baseline()).tokenizer().vocabularySize(), given, vocabulary, catalogue));
    Config config = matched.map(Matching.Matched::config).orElse(given);
    var run = RunSettings.of(config);
    Course course = Course.of(config, data::store, catalogue);
    List<Curriculum.Planned> lessons = course.lessons();
    for (var planned : lessons) domains(config, "curriculum." + config.getString("curriculum.use"), planned.lesson().domainWeights(), store);
    Mixture mixture = catalogue.create(config, "mixture");
    for (var planned : lessons) {
      for (long tokens : new long[] {planned.fromToken(), run.tokens()}) {
        domains(config, "mixture." + config.getString("mixture.use"), mixture.weights(new Progress(0, tokens, run.tokens(), Double.NaN), planned.lesson()), store);
      }
    }
    domains(config, "training.metric-weights", run.metricWeights(), store);
    Trainee trainee = Trainee.of(config, catalogue, vocabulary).check(store.tokenizer()).check(new Material(store, seeds(name), lessons, run.tokens()));
    note(trainee);
    StepCost.frozen(trainee, lessons.getLast().lesson().sequenceLength()).forEach((role, each) -> notes.add(String.format(java.util.Locale.ROOT,
        "The %s of '%s' is frozen and costs %.2e of its %.2e FLOPs; the rest is the policy's own.", role, name, each * run.tokens(), course.flops())));
    return new Arm(name, settings.changes().get(name), config, hash(config, store, catalogue), course.model().count(), course.flops(), vocabulary, lessons, matched.map(Matching.Matched::match));
  }

  private List<Long> seeds(String arm) {
    return settings.seeds().stream().map(seed -> Seeds.of(settings.design(), arm, seed)).toList();
  }

  private void note(Trainee trainee) {
    notes.addAll(trainee.objective().notes());
  }

  /** Hash of a configuration, without what only says how a trial is carried out, of the text it is trained on and of the models that it begins with or looks at: what a trial's result belongs to. */
  static String hash(Config config, TokenStore store, Catalogue catalogue) {
    String models = Initial.identity(config, catalogue);
    return Hash.of(models.isEmpty() ? store.identity() : store.identity() + "\n" + models, Intervention.withoutCarryingOut(config).root().render(ConfigRenderOptions.concise()));
  }

  /** Refuses weights of domains that the corpus does not have, with the place at which the domain is named. */
  private static void domains(Config config, String path, SortedMap<String, Double> weights, TokenStore store) {
    for (String domain : weights.keySet()) {
      if (store.domains().contains(domain)) continue;
      String place = config.hasPath(path) ? place(config.getValue(path), domain) : "";
      String hint = Spelling.hint(domain, store.domains());
      throw new InvalidInput(place + path + " names the domain '" + domain + "', which the corpus does not have; it has " + String.join(", ", store.domains())
          + (hint.isEmpty() ? "." : hint));
    }
  }

  /** Place of the first key of this name. */
  private static String place(ConfigValue in, String key) {
    if (in instanceof ConfigObject block) {
      if (block.containsKey(key)) return Options.place(block.get(key));
      return new TreeMap<>(block).values().stream().map(v -> place(v, key)).filter(p -> !p.isEmpty()).findFirst().orElse("");
    }
    return in instanceof ConfigList list ? list.stream().map(v -> place(v, key)).filter(p -> !p.isEmpty()).findFirst().orElse("") : "";
  }

  private StudyPlan plan(String name, List<Arm> arms) {
    Arm base = arms.getFirst();
    TokenStore store = stores.get(base.name());
    var run = RunSettings.of(base.config());
    var domains = new TreeMap<String, long[]>();
    for (String d : store.domains()) domains.put(d, new long[] {store.training(d).bytes(), store.validation(d).bytes()});
    int cores = Runtime.getRuntime().availableProcessors();
    DeviceInfo device = device(base.config());
    // It was asked for one thread: a device that has more takes all of them for each trial.
    boolean shared = device.threads() == 1;
    int sideBySide = Math.max(1, Math.min(arms.size() * settings.seeds().size(), settings.sideBySide() > 0 ? settings.sideBySide() : shared ? Math.min(cores, fitting(arms)) : 1));
    int threads = run.threads() > 0 ? run.threads() : Math.max(1, cores / sideBySide);
    return new StudyPlan(name, settings.question(), settings.baseline(), arms, settings.seeds(), settings.design(), settings.metric(), settings.smallestEffect(),
        settings.alpha(), Preregistration.hash(declared), run.tokens(), store.contentHash(), domains, store.tokenizer().fingerprint(), sideBySide, threads,
        device.id() + " " + device.version() + ", " + device.name() + ", " + device.vectorBits() + " bit", Double.NaN);
  }

  /** How many trials of the largest arm have room at the same time, a quarter of the machine's memory left to everything else. */
  private int fitting(List<Arm> arms) {
    long most = 1;
    for (Arm a : arms) {
      Optimizer optimizer = catalogue.create(a.config(), "optimizer");
      most = Math.max(most, StepCost.bytes(Trainee.of(a.config(), catalogue, a.vocabulary()), optimizer, a.lessons(),
          RunSettings.of(a.config()).microBatchTokens()));
    }
    long memory = ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os ? os.getTotalMemorySize() : Runtime.getRuntime().maxMemory();
    return (int) Math.clamp(memory / 4 * 3 / most, 1, 1024);
  }

  /** Opens the device once: what is wrong with it is said before anything trains. */
  private DeviceInfo device(Config config) {
    DeviceProvider provider = catalogue.create(config, "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("device = " + config.getString("device.use") + " cannot be used here: " + why);
    });
    try (Device device = provider.open(1)) {
      return device.info();
    }
  }

  public StudyPlan plan() {
    return plan;
  }

  /** The plan with its time, from some seconds of training the baseline on made-up tokens. */
  public StudyPlan probed() {
    Arm base = plan.arms().getFirst();
    double speed = SpeedProbe.tokensPerSecond(threads(base.config(), plan.threads()), catalogue, base.vocabulary());
    return plan.with(speed);
  }

  /** Where the study leaves its files. */
  public Path folder() {
    return folder;
  }

  /** Verdict trials that have ended so far, of this plan. */
  public List<TrialResult> results() {
    return results(settled(plan, Tuning.read(folder)), folder);
  }

  private static List<TrialResult> results(StudyPlan plan, Path folder) {
    var hashes = new LinkedHashMap<String, String>();
    for (Arm a : plan.arms()) hashes.put(a.name(), a.hash());
    return Results.verdict(folder).read().stream().filter(r -> r.config().equals(hashes.get(r.arm())) && plan.seeds().contains(r.seed())).toList();
  }

  /** The plan with each arm as it was tuned; the same plan when nothing was. */
  private StudyPlan settled(StudyPlan declaredPlan, List<TuningTrial> tuning) {
    if (declaredPlan.design().tuning().isEmpty()) return declaredPlan;
    var points = declaredPlan.design().tuning().points();
    var arms = new ArrayList<>(declaredPlan.arms().stream().map(a -> tuning.stream().filter(t -> t.chosen() && t.arm().equals(a.name()) && points.contains(t.settings())).findFirst()
        .map(t -> arm(a.name(), Tuning.with(a.config(), t.settings()), stores.get(a.name()), null).matchedAs(a)).orElse(a)).toList());
    arms.replaceAll(a -> a.sharing(Optional.empty()));
    // What each chose may set apart what was together.
    share(arms);
    return declaredPlan.with(arms);
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
        run(new Trials(plan, stores, data::store, catalogue, swaps, listener), "pilot", Pilot.trials(plan, folder), List.of(), Results.pilot(folder), stop);
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
      var trials = new Trials(plan, stores, data::store, catalogue, swaps, listener);
      StudyPlan settled = plan;
      if (!plan.design().tuning().isEmpty()) {
        var tuning = new Tuning(plan, stores, catalogue, folder);
        if (!stop.getAsBoolean()) run(trials, "tuning", tuning.trials(), List.of(), Results.tuning(folder), stop);
        if (stop.getAsBoolean()) return result(folder, command);
        tuning.choose();
        var chosen = Tuning.read(folder);
        Tuning.words(plan, chosen).forEach(listener::said);
        settled = settled(plan, chosen);
        PlanFile.write(folder, settled, registered, plan.arms().getFirst().hash());
      }
      for (int seeds : plan.looks()) {
        if (stop.getAsBoolean() || Judgement.of(settled, results(settled, folder)).over()) break;
        run(trials, "trials", trials(settled, seeds), settled.arms(), Results.verdict(folder), stop);
      }
      Optional<TrialResult> first = results(settled, folder).stream().filter(r -> r.arm().equals(plan.baseline()) && r.finished()).min(java.util.Comparator.comparingLong(TrialResult::seed));
      if (!stop.getAsBoolean() && first.isPresent()) {
        new Afterwards(settled, stores.get(plan.baseline()), catalogue, folder, listener).write(first.get(), settings.samplePrompt(), settings.sampleTokens(), stop);
      }
      var known = new ArrayList<>(notes);
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

  /** An arm's configuration with the number of threads that the plan gives each trial. */
  static Config threads(Config config, int threads) {
    return config.withValue("training.threads", ConfigValueFactory.fromAnyRef(threads));
  }
}
