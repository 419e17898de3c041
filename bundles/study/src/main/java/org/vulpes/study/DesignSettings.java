package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.study.statistics.Spending;

/** Reads looks, pilot, tuning and sharing of seeds from a study block, and refuses what cannot be. */
final class DesignSettings {
  /** Seeds from here on belong to pilots, from twice that on to tuning: no verdict rests on them. */
  static final long RESERVED = 1_000_000;
  private static final int MOST_POINTS = 1000;
  /** Tables of boundaries reach so far. */
  private static final double LARGEST_ALPHA_WITH_LOOKS = 0.25;
  /** What decides what is compared, and on which text, is no setting of an arm's training. */
  private static final List<String> FIXED = List.of("study", "storage", "corpus", "tokenizer", "device", "model", "training.tokens", "training.seed", "training.evaluation-length",
      "training.metric-weights", "evaluations", "evaluation");

  private final Options o;
  private final Config common;

  DesignSettings(Options o, Config common) {
    this.o = o;
    this.common = common;
  }

  /** @param bodies what each arm lays over the common configuration */
  Design read(List<Long> seeds, double alpha, Map<String, ConfigObject> bodies) {
    for (long s : seeds) {
      if (s >= RESERVED) throw o.wrong("seeds", "names the seed " + s + "; those from 1,000,000 on belong to pilots and tuning");
    }
    List<Integer> looks = looks(seeds.size(), alpha);
    var spending = Spending.of(o.choice("spending", Spending.OBRIEN_FLEMING.word(), Spending.POCOCK.word()));
    int pilot = o.integer("pilot", 0, 1000);
    if (pilot == 1) throw o.wrong("pilot", "must be 0 or at least 2: one seed shows no noise");
    return new Design(looks, spending, o.flag("share"), o.flag("aa"), LongStream.rangeClosed(1, pilot).map(i -> RESERVED + i).boxed().toList(), tuning(bodies));
  }

  private List<Integer> looks(int seeds, double alpha) {
    List<Integer> looks = o.integers("looks");
    if (looks.isEmpty()) return List.of(seeds);
    for (int k = 0; k < looks.size(); k++) {
      if (looks.get(k) < 2) throw o.wrong("looks", "holds " + looks.get(k) + "; a look needs at least 2 seeds");
      if (k > 0 && looks.get(k) <= looks.get(k - 1)) throw o.wrong("looks", "must rise, but " + looks.get(k - 1) + " comes before " + looks.get(k));
    }
    if (looks.getLast() != seeds) {
      throw o.wrong("looks", "must end with all seeds, which are " + seeds + ", not with " + looks.getLast());
    }
    if (looks.size() > 1 && alpha > LARGEST_ALPHA_WITH_LOOKS) throw o.wrong("alpha", "must be at most " + LARGEST_ALPHA_WITH_LOOKS + " when it is spent over looks");
    return looks;
  }

  /** Refuses an option of a plugin that the arm does not use: all its tuning trials would be the same. */
  private static void used(String key, ConfigValue value, String arm, Config config) {
    List<String> path = ConfigUtil.splitPath(key);
    for (int i = 1; i < path.size() - 1; i++) {
      String slot = ConfigUtil.joinPath(path.subList(0, i));
      if (!config.hasPath(slot + ".use") || config.getValue(ConfigUtil.joinPath(path.subList(0, i + 1))).valueType() != ConfigValueType.OBJECT) continue;
      String use = config.getString(slot + ".use");
      if (!use.equals(path.get(i))) {
        throw new InvalidInput(Options.place(value) + "study.tune." + key + " changes nothing in the arm '" + arm + "', whose " + slot + " is " + use
            + "; every arm gets the same number of tuning trials, so tune a key that all arms use.");
      }
    }
  }

  private TuningGrid tuning(Map<String, ConfigObject> bodies) {
    Options tune = o.block("tune");
    if (tune.config().isEmpty()) return TuningGrid.NONE;
    var values = new TreeMap<String, List<String>>();
    tune.config().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(e -> values.put(e.getKey(), values(e.getKey(), e.getValue(), tune, bodies)));
    int seeds = o.integer("tune-seeds", 1, 1000);
    long whole = Options.at(common, "training").whole("tokens", 1, Long.MAX_VALUE);
    long tokens = o.has("tune-tokens") ? o.whole("tune-tokens", 1, Long.MAX_VALUE) : whole;
    if (tokens > whole) throw o.wrong("tune-tokens", "must be at most training.tokens, which is " + whole + ", but is " + tokens);
    long points = values.values().stream().mapToLong(List::size).reduce(1, Math::multiplyExact);
    if (points > MOST_POINTS) throw o.wrong("tune", "spans " + points + " settings; the most are " + MOST_POINTS);
    return new TuningGrid(values, LongStream.rangeClosed(1, seeds).map(i -> 2 * RESERVED + i).boxed().toList(), tokens);
  }

  private List<String> values(String key, ConfigValue value, Options tune, Map<String, ConfigObject> bodies) {
    if (!common.hasPathOrNull(key)) {
      String hint = Spelling.hint(key, common.entrySet().stream().map(Map.Entry::getKey).toList());
      throw new InvalidInput(Options.place(value) + "study.tune." + key + " tunes a key that does not exist" + (hint.isEmpty() ? "." : hint));
    }
    for (String fixed : FIXED) {
      if (key.equals(fixed) || key.startsWith(fixed + ".")) {
        throw new InvalidInput(Options.place(value) + "study.tune." + key + " cannot be tuned: " + fixed + " decides what is compared. Give it to an arm, or tune a key of the optimizer.");
      }
    }
    bodies.forEach((arm, body) -> {
      if (body.toConfig().hasPathOrNull(key)) {
        throw new InvalidInput(Options.place(value) + "study.tune." + key + " is what the arm '" + arm + "' changes (study.arms." + arm + "." + key + "); an arm cannot both fix and tune it.");
      }
    });
    bodies.forEach((arm, body) -> used(key, value, arm, body.toConfig().withFallback(common)));
    if (!(value instanceof ConfigList list) || list.size() < 2) throw tune.wrong(key, "must be a list of at least two values to try");
    var out = new ArrayList<String>();
    for (ConfigValue v : list) {
      if (v.valueType() == ConfigValueType.OBJECT || v.valueType() == ConfigValueType.LIST || v.valueType() == ConfigValueType.NULL) {
        throw tune.wrong(key, "must hold numbers, texts or flags");
      }
      out.add(v.unwrapped() instanceof Number n ? TuningGrid.number(n) : String.valueOf(v.unwrapped()));
    }
    if (out.stream().allMatch(TuningGrid::isNumber)) {
      out.sort(Comparator.comparingDouble(Double::parseDouble));
      if (out.stream().map(Double::valueOf).distinct().count() < out.size()) throw tune.wrong(key, "names a value twice");
    } else if (new HashSet<>(out).size() < out.size()) {
      throw tune.wrong(key, "names a value twice");
    }
    return List.copyOf(out);
  }
}
