package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.vulpes.corpus.TokenStore;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.model.Decoder;
import org.vulpes.objective.Pace;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.surgery.Anatomy;
import org.vulpes.surgery.Surgeon;
import org.vulpes.training.Lessons;
import org.vulpes.training.Phase;
import org.vulpes.training.RunSettings;
import org.vulpes.training.StepCost;
import org.vulpes.training.Trainee;
import org.vulpes.training.TrainingRun;

/** What a trial does from its first token to its last, as far as its configuration tells: what it is taught, what it costs, and up to where another trial does the same. */
final class Course {
  /** What is carried out otherwise without changing a bit, and what {@link #sameUntil} compares piece by piece. */
  private static final List<String> APART = List.of("curriculum", "swaps", "changes", "swapping", "storage", "study", "surgery", "training.threads", "training.checkpoint-every", "training.keep-checkpoints");

  private final Config config;
  private final String text;
  private final long total;
  private final List<Part> parts;
  private final List<Curriculum.Planned> lessons;
  private final List<Turn> turns;
  private final boolean stateless;

  /** A phase. @param from token */
  private record Part(long from, Config config, Trainee trainee) {}

  /** A swap or a change. */
  private record Turn(long token, String what) {}

  private Course(Config config, String text, List<Part> parts, List<Curriculum.Planned> lessons, List<Turn> turns, boolean stateless) {
    this.config = config;
    this.text = text;
    this.total = RunSettings.of(config).tokens();
    this.parts = parts;
    this.lessons = lessons;
    this.turns = turns;
    this.stateless = stateless;
  }

  /**
   * @param stores the corpus of a configuration
   * @throws InvalidInput when a phase cannot follow the one before it: no surgery turns one model into the other
   */
  static Course of(Config config, Function<Config, TokenStore> stores, Catalogue catalogue) {
    List<Curriculum.Planned> lessons = Lessons.of(config, catalogue);
    var parts = new ArrayList<Part>();
    var turns = new ArrayList<Turn>();
    // The list of a configuration need not be in order.
    var surgery = new TreeMap<Long, List<PlannedSwap>>();
    Anatomy before = null;
    for (Phase phase : Phase.of(config, catalogue.reference())) {
      TokenStore store = stores.apply(phase.config());
      Anatomy model = Anatomy.of(phase.config(), store.tokenizer(), catalogue);
      long from = phase.from() == null ? 0 : within(Lessons.token(lessons, phase.from(), config), "the change at " + phase.from(), phase.place(), config);
      if (before != null) {
        try {
          Surgeon.plan(before, model, catalogue);
        } catch (InvalidInput e) {
          throw new InvalidInput(phase.place() + "the change at " + phase.from() + " cannot be made: " + e.getMessage(), e);
        }
        turns.add(new Turn(from, "change " + phase.change().root().render(ConfigRenderOptions.concise())));
      }
      before = model;
      parts.add(new Part(from, phase.config(), Trainee.of(phase.config(), catalogue, store.tokenizer().vocabularySize()).check(store.tokenizer())));
    }
    for (PlannedSwap swap : PlannedSwap.of(config, TrainingRun.SWAPPABLE, catalogue.reference())) {
      // Nobody knows when a condition is met: what waits for one has nothing in common with what does not.
      long from = swap.at() instanceof PlannedSwap.Trigger at ? within(Lessons.token(lessons, at, config), "the swap of '" + swap.slot() + "' at " + at, swap.place(), config) : 0;
      turns.add(new Turn(from, "swap " + (swap.at() instanceof PlannedSwap.Condition c ? c + " " : "") + swap.slot() + " " + swap.use() + " "
          + (swap.config().hasPath(swap.slot()) ? swap.config().getValue(swap.slot()).render(ConfigRenderOptions.concise()) : "")
          + swap.beside().stream().map(key -> " " + key + " " + swap.config().getValue(key).render(ConfigRenderOptions.concise())).collect(Collectors.joining())));
      if ((swap.slot().startsWith("model.") || swap.slot().equals("tokenizer")) && from > 0 && from < RunSettings.of(config).tokens()) surgery.computeIfAbsent(from, token -> new ArrayList<>()).add(swap);
    }
    surgery.forEach((from, swaps) -> swaps.forEach(swap -> operate(parts, from, swap, stores, catalogue)));
    turns.sort(Comparator.comparingLong(Turn::token).thenComparing(Turn::what));
    boolean stateless = catalogue.<Curriculum>create(config, "curriculum").save().values().isEmpty();
    return new Course(config, stores.apply(config).identity(), List.copyOf(parts), lessons, List.copyOf(turns), stateless);
  }

  /** @throws InvalidInput for what would never come: the arm would be another one than its configuration says */
  private static long within(long token, String what, String place, Config config) {
    long all = RunSettings.of(config).tokens();
    if (token < all) return token;
    throw new InvalidInput(String.format(Locale.ROOT, "%s%s never comes: the run ends after %,d tokens; give it an earlier step, or the run more tokens (training.tokens).", place, what, all));
  }

  /** A brick, or a vocabulary, that is exchanged costs what it costs from its step on, and is there in every later phase. @throws InvalidInput when no surgery turns the model before into the one after */
  private static void operate(List<Part> parts, long from, PlannedSwap swap, Function<Config, TokenStore> stores, Catalogue catalogue) {
    int at = 0;
    while (at + 1 < parts.size() && parts.get(at + 1).from() <= from) at++;
    if (parts.get(at).from() < from) parts.add(++at, new Part(from, parts.get(at - 1).config(), parts.get(at - 1).trainee()));
    for (int i = at; i < parts.size(); i++) {
      Part p = parts.get(i);
      Config config = swap.over(p.config());
      TokenStore store = stores.apply(config);
      Trainee trainee = Trainee.of(config, catalogue, store.tokenizer().vocabularySize()).check(store.tokenizer());
      if (i == at) {
        try {
          Surgeon.plan(new Anatomy(p.config(), stores.apply(p.config()).tokenizer(), p.trainee().policy()), new Anatomy(config, store.tokenizer(), trainee.policy()), catalogue);
        } catch (InvalidInput e) {
          throw new InvalidInput(swap.place() + "the swap of '" + swap.slot() + "' at " + swap.at() + " cannot be made: " + e.getMessage(), e);
        }
      }
      parts.set(i, new Part(p.from(), config, trainee));
    }
  }

  List<Curriculum.Planned> lessons() {
    return lessons;
  }

  /** As it is at the end. */
  Decoder model() {
    return parts.getLast().trainee().policy();
  }

  double flops() {
    return flops(total);
  }

  /** FLOPs of training up to a token. */
  double flops(long to) {
    double flops = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part p = parts.get(i);
      long end = Math.min(to, i + 1 < parts.size() ? parts.get(i + 1).from() : total);
      if (end <= p.from()) continue;
      flops += StepCost.flops(p.trainee(), between(p.from(), end), end);
    }
    return flops;
  }

  /** Of a whole trial, by what the objective of each phase takes a step. */
  Steps steps() {
    long count = 0;
    boolean exact = true;
    for (int i = 0; i < parts.size(); i++) {
      Part p = parts.get(i);
      List<Curriculum.Planned> own = between(p.from(), i + 1 < parts.size() ? parts.get(i + 1).from() : total);
      for (int l = 0; l < own.size(); l++) {
        long end = l + 1 < own.size() ? own.get(l + 1).fromToken() : i + 1 < parts.size() ? parts.get(i + 1).from() : total;
        Pace pace = p.trainee().objective().pace(own.get(l).lesson());
        count += (long) Math.ceil((end - own.get(l).fromToken()) / pace.tokens());
        exact &= pace.exact();
      }
    }
    return new Steps(count, exact);
  }

  /** The lessons of a stretch. */
  private List<Curriculum.Planned> between(long from, long to) {
    var out = new ArrayList<Curriculum.Planned>();
    for (int i = 0; i < lessons.size(); i++) {
      long end = i + 1 < lessons.size() ? lessons.get(i + 1).fromToken() : total;
      var l = lessons.get(i);
      if (end > from && l.fromToken() < to) out.add(new Curriculum.Planned(Math.max(from, l.fromToken()), l.name(), l.lesson()));
    }
    return out;
  }

  /** The token, at the end of a step, up to which a trial of the same seed does the same; 0 when it differs from the beginning, the whole budget when it never does. */
  long sameUntil(Course other) {
    if (!text.equals(other.text) || !rest(config).equals(rest(other.config))) return 0;
    // The state of a curriculum that keeps one is its own.
    boolean lessonsTravel = stateless && other.stateless || Objects.equals(config.getString("curriculum.use"), other.config.getString("curriculum.use"));
    if (!lessonsTravel) return 0;
    return Math.min(lessonsUntil(other), turnsUntil(other));
  }

  private static Config rest(Config config) {
    Config out = config;
    for (String path : APART) out = out.withoutPath(path);
    return out;
  }

  /** Both lists begin at 0; where one goes on and the other changes, they part. */
  private long lessonsUntil(Course other) {
    var starts = new java.util.TreeSet<Long>();
    lessons.forEach(l -> starts.add(l.fromToken()));
    other.lessons.forEach(l -> starts.add(l.fromToken()));
    for (long token : starts) if (!at(lessons, token).equals(at(other.lessons, token))) return token;
    return total;
  }

  private static Lesson at(List<Curriculum.Planned> lessons, long token) {
    Lesson out = lessons.getFirst().lesson();
    for (var l : lessons) if (l.fromToken() <= token) out = l.lesson();
    return out;
  }

  private long turnsUntil(Course other) {
    for (int i = 0; i < Math.max(turns.size(), other.turns.size()); i++) {
      Turn own = i < turns.size() ? turns.get(i) : null;
      Turn theirs = i < other.turns.size() ? other.turns.get(i) : null;
      if (Objects.equals(own, theirs)) continue;
      return Math.min(own == null ? total : own.token(), theirs == null ? total : theirs.token());
    }
    return total;
  }
}
