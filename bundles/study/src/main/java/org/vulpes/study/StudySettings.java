package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.training.Initial;
import org.vulpes.study.matching.MatchRequest;

/**
 * What the {@code study} block of a configuration says, checked.
 *
 * @param arms configuration of each arm, the baseline first, then in the order of the file
 * @param changes what each arm lays over the common configuration, for people
 * @param stages that come before the arms' own training
 */
record StudySettings(String question, String baseline, Map<String, Config> arms, Map<String, String> changes, List<Long> seeds, Design design, Metric metric,
    double smallestEffect, double alpha, int sideBySide, String samplePrompt, int sampleTokens, Stages stages) {
  /** Name of the only arm of a configuration without arms. */
  static final String SINGLE = "run";

  static StudySettings of(Config root) {
    var o = Options.at(root, "study");
    Config common = root.withoutPath("study");
    var arms = new LinkedHashMap<String, Config>();
    var changes = new LinkedHashMap<String, String>();
    var block = o.block("arms");
    List<String> stages = Stages.names(o);
    var before = new LinkedHashMap<String, List<Stages.Stage>>();
    if (block.keys().isEmpty()) {
      if (!stages.isEmpty()) throw o.wrong("stages", "needs arms to compare, and study.arms has none; a single run begins with another by init = RUN");
      arms.put(SINGLE, common);
      changes.put(SINGLE, "");
      for (String key : List.of("tune", "pilot", "looks")) {
        boolean asked = key.equals("tune") ? !o.block(key).keys().isEmpty() : key.equals("looks") ? !o.integers(key).isEmpty() : o.integer(key, 0, 1000) > 0;
        if (asked) throw o.wrong(key, "needs arms to compare, and study.arms has none");
      }
      return new StudySettings(o.text("question"), SINGLE, arms, changes, List.of(Options.at(root, "training").whole("seed", 0, Long.MAX_VALUE)), Design.fixed(1),
          Metric.of(o), o.number("smallest-effect", 0, 100), o.number("alpha", 1e-6, 0.499), sideBySide(o), o.text("sample-prompt"),
          o.integer("sample-tokens", 0, 100_000), Stages.NONE);
    }
    if (!o.has("baseline")) throw o.wrong("baseline", "is missing; name the arm that the others are compared with");
    String baseline = o.text("baseline");
    if (!block.keys().contains(baseline)) {
      throw o.wrong("baseline", "names the arm '" + baseline + "', which does not exist; arms are " + String.join(", ", block.keys())
          + Spelling.hint(baseline, block.keys()));
    }
    var bodies = new LinkedHashMap<String, ConfigObject>();
    for (String name : order(block, baseline)) {
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
        throw block.wrong(ConfigUtil.joinPath(name), "cannot name a folder; use letters, digits, '.', '_' and '-'");
      }
      if (block.config().getValue(ConfigUtil.joinPath(name)).valueType() != ConfigValueType.OBJECT) {
        throw block.wrong(ConfigUtil.joinPath(name), "must be a block of keys, as in { model.layers = 3 }");
      }
      ConfigObject body = MatchRequest.intervention(block.config().getObject(ConfigUtil.joinPath(name)));
      changes.put(name, changes(body));
      Options own = block.block(ConfigUtil.joinPath(name));
      if (stages.isEmpty()) {
        if (own.has("stage")) throw own.wrong("stage", "says what a stage is like, but study.stages is empty; list the stages there");
        arms.put(name, body.toConfig().withFallback(common).resolve());
        bodies.put(name, body);
      } else {
        var chain = Stages.chain(stages, Stages.configs(stages, common, o, body, own));
        before.put(name, chain.getKey());
        arms.put(name, chain.getValue());
        bodies.put(name, Stages.without(body));
      }
    }
    different(o, block, arms, baseline);
    Yardstick.check(bodies, arms, baseline, Metric.of(o));
    double delta = o.number("smallest-effect", 0, 100);
    if (delta == 0) throw o.wrong("smallest-effect", "must be above 0; it is the difference that is large enough to matter");
    List<Long> seeds = seeds(o);
    double alpha = o.number("alpha", 1e-6, 0.499);
    Design design = new DesignSettings(o, common).read(seeds, alpha, bodies);
    return new StudySettings(o.text("question"), baseline, arms, changes, seeds, design, Metric.of(o), delta, alpha,
        sideBySide(o), o.text("sample-prompt"), o.integer("sample-tokens", 0, 100_000),
        stages.isEmpty() ? Stages.NONE : new Stages(stages, before));
  }

  /** Arms differ from the baseline, unless the study declares that they are all the same. */
  private static void different(Options o, Options block, Map<String, Config> arms, String baseline) {
    boolean same = o.flag("aa");
    if (arms.size() < 2) throw o.wrong("arms", "must hold at least one arm beside the baseline");
    Config base = arms.get(baseline);
    for (var e : arms.entrySet()) {
      if (e.getKey().equals(baseline)) continue;
      boolean equal = e.getValue().equals(base);
      if (!equal && !same && Intervention.same(e.getValue(), base)) {
        throw block.wrong(ConfigUtil.joinPath(e.getKey()), "changes nothing that is trained: what it sets belongs to a plugin that no slot uses, or only says how a trial is carried out. "
            + "Choose the plugin by its slot's use, or give the arm another key");
      }
      if (equal && !same) {
        throw block.wrong(ConfigUtil.joinPath(e.getKey()), "changes nothing against the baseline '" + baseline + "'; give it the key that it varies, or declare study.aa = true");
      }
      if (!equal && same) {
        throw block.wrong(ConfigUtil.joinPath(e.getKey()), "differs from the baseline '" + baseline + "', but study.aa = true says that all arms are the same; take one of them away");
      }
    }
  }

  /** The same with the models that arms start from; an arm's own says nothing then. */
  StudySettings begun(Catalogue catalogue) {
    var begun = new LinkedHashMap<String, Config>();
    arms.forEach((name, config) -> begun.put(name, Stages.begins(config) ? config : Initial.model(config, catalogue)));
    return new StudySettings(question, baseline, begun, changes, seeds, design, metric, smallestEffect, alpha, sideBySide, samplePrompt, sampleTokens, stages);
  }

  private static int sideBySide(Options o) {
    return o.integer("side-by-side", 0, 1024);
  }

  private static List<Long> seeds(Options o) {
    List<Long> seeds;
    if (o.config().getValue("seeds").valueType() == ConfigValueType.LIST) {
      seeds = o.wholes("seeds", 0, Long.MAX_VALUE);
      if (new LinkedHashSet<>(seeds).size() < seeds.size()) throw o.wrong("seeds", "names a seed twice");
    } else {
      seeds = LongStream.rangeClosed(1, o.whole("seeds", 1, 10_000)).boxed().toList();
    }
    if (seeds.size() < 2) throw o.wrong("seeds", "must be at least 2: one seed a side cannot tell a difference from noise");
    return seeds;
  }

  /** The baseline first, then as they stand in the file; names decide where lines do not. */
  private static List<String> order(Options arms, String baseline) {
    var names = new ArrayList<>(arms.keys());
    names.sort(Comparator.comparing((String n) -> !n.equals(baseline)).thenComparingInt(n -> arms.config().getValue(ConfigUtil.joinPath(n)).origin().lineNumber())
        .thenComparing(Comparator.naturalOrder()));
    return names;
  }

  /** "model.layers = 3" for every leaf of an arm's body, one a line. */
  private static String changes(ConfigObject body) {
    var lines = new ArrayList<String>();
    body = spoken(body, lines);
    for (var e : body.toConfig().entrySet()) {
      lines.add(e.getKey() + " = " + e.getValue().render(ConfigRenderOptions.concise().setJson(false)));
    }
    lines.sort(Comparator.naturalOrder());
    return String.join("\n", lines);
  }

  /** "at 80%: model.layers = 10" for each change on the way. @return what is left */
  private static ConfigObject spoken(ConfigObject body, List<String> lines) {
    for (Options change : Options.at(body.toConfig(), "").blocks("changes")) {
      var keys = change.config().withoutPath("at").entrySet().stream().map(e -> e.getKey() + " = " + e.getValue().render(ConfigRenderOptions.concise().setJson(false))).sorted().toList();
      lines.add("at " + change.text("at") + ": " + String.join(", ", keys));
    }
    return body.withoutKey("changes");
  }
}
