package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.study.matching.MatchRequest;
import org.vulpes.study.matching.Matching;
import org.vulpes.training.Initial;
import org.vulpes.training.Lessons;
import org.vulpes.training.RunEvaluations;
import org.vulpes.training.RunSettings;
import org.vulpes.training.StepCost;
import org.vulpes.training.Trainee;

/** A study's arms out of its file: checked, matched, planned; with the texts that they are trained on, and where one may begin at another's checkpoint. */
final class Arms {
  /** Share of an arm's budget below which it does not begin at another's checkpoint: what that saves is less than what it costs. */
  private static final double LEAST_SHARED = 0.01;

  private final Config root;
  private final StudySettings settings;
  private final Catalogue catalogue;
  private final StudyData data;
  private final Map<String, TokenStore> texts = new LinkedHashMap<>();
  private final SortedMap<String, Long> memory = new TreeMap<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final List<Arm> declared;

  /** @throws InvalidInput for whatever does not fit together */
  Arms(Config root, StudySettings settings, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    this.root = root;
    this.settings = settings;
    this.catalogue = catalogue;
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
        texts.put(stage.key(), its);
        data.ended(stage.key(), its);
        Trainee trainee = Trainee.of(stage.config(), catalogue, its.tokenizer().vocabularySize());
        note(trainee.check(its.tokenizer()).check(new Material(its, seeds(armName), Lessons.of(stage.config(), catalogue), RunSettings.of(stage.config()).tokens(), trainee.policy().longest())));
      }
      TokenStore store = data.store(config);
      texts.put(armName, store);
      arms.add(arm(armName, config, store, matches.get(armName)));
    });
    var judged = new LinkedHashMap<String, TokenStore>();
    settings.arms().keySet().forEach(a -> judged.put(a, texts.get(a)));
    Yardstick.check(judged, settings.baseline());
    share(arms);
    declared = List.copyOf(arms);
  }

  /** As the file has them. */
  List<Arm> declared() {
    return declared;
  }

  /** What each arm, and each stage before, is trained on. */
  Map<String, TokenStore> texts() {
    return texts;
  }

  TokenStore text(String arm) {
    return texts.get(arm);
  }

  TokenStore text(Config config, Catalogue plugins) {
    return data.store(config, plugins);
  }

  /** Bytes that a trial of each arm takes of its device at most, once there is a plan. */
  SortedMap<String, Long> memory() {
    return memory;
  }

  /** What a reader should know of the arms' costs. */
  Set<String> notes() {
    return notes;
  }

  /** The plan with each arm as it was tuned; the same plan when nothing was. */
  StudyPlan settled(StudyPlan declaredPlan, List<TuningTrial> tuning) {
    if (declaredPlan.design().tuning().isEmpty()) return declaredPlan;
    var points = declaredPlan.design().tuning().points();
    var arms = new ArrayList<>(declaredPlan.arms().stream().map(a -> tuning.stream().filter(t -> t.chosen() && t.arm().equals(a.name()) && points.contains(t.settings())).findFirst()
        .map(t -> arm(a.name(), Tuning.with(a.config(), t.settings()), texts.get(a.name()), null).matchedAs(a)).orElse(a)).toList());
    arms.replaceAll(a -> a.sharing(Optional.empty()));
    // What each chose may set apart what was together.
    share(arms);
    return declaredPlan.with(arms);
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
        texts.get(settings.baseline()).tokenizer().vocabularySize(), given, vocabulary, catalogue));
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
    Trainee trainee = Trainee.of(config, catalogue, vocabulary).check(store.tokenizer()).check(new Material(store, seeds(name), lessons, run.tokens(), course.model().longest()));
    note(trainee);
    StepCost.frozen(trainee, lessons.getLast().lesson().sequenceLength()).forEach((role, each) -> notes.add(String.format(java.util.Locale.ROOT,
        "The %s of '%s' is frozen and costs %.2e of its %.2e FLOPs; the rest is the policy's own.", role, name, each * run.tokens(), course.flops())));
    return new Arm(name, settings.changes().get(name), config, hash(config, store, catalogue), course.model().count(), course.flops(), course.steps(), vocabulary, lessons, matched.map(Matching.Matched::match));
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

  /** @param registered hash of what is declared before the first trial */
  StudyPlan plan(String name, List<Arm> arms, String registered) {
    Arm base = arms.getFirst();
    TokenStore store = texts.get(base.name());
    var run = RunSettings.of(base.config());
    var domains = new TreeMap<String, long[]>();
    for (String d : store.domains()) domains.put(d, new long[] {store.training(d).bytes(), store.validation(d).bytes()});
    int cores = Runtime.getRuntime().availableProcessors();
    memory.putAll(MemoryNeeds.of(arms, catalogue));
    DeviceInfo device = device(base.config());
    // It was asked for one thread: a device that has more takes all of them for each trial.
    boolean shared = device.threads() == 1;
    int sideBySide = Math.max(1, Math.min(arms.size() * settings.seeds().size(), settings.sideBySide() > 0 ? settings.sideBySide() : shared ? Math.min(cores, fitting()) : 1));
    int threads = run.threads() > 0 ? run.threads() : Math.max(1, cores / sideBySide);
    return new StudyPlan(name, settings.question(), settings.baseline(), arms, settings.seeds(), settings.design(), settings.metric(), settings.smallestEffect(),
        settings.alpha(), registered, run.tokens(), store.contentHash(), domains, store.tokenizer().fingerprint(), sideBySide, threads,
        device.id() + " " + device.version() + ", " + device.name() + ", " + device.vectorBits() + " bit", Double.NaN);
  }

  /** How many trials of the largest arm have room at the same time, a quarter of the machine's memory left to everything else. */
  private int fitting() {
    long most = memory.values().stream().mapToLong(Long::longValue).max().orElse(1);
    long machine = ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os ? os.getTotalMemorySize() : Runtime.getRuntime().maxMemory();
    return (int) Math.clamp(machine / 4 * 3 / most, 1, 1024);
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

  /** An arm's configuration with the number of threads that the plan gives each trial. */
  static Config threads(Config config, int threads) {
    return config.withValue("training.threads", ConfigValueFactory.fromAnyRef(threads));
  }
}
