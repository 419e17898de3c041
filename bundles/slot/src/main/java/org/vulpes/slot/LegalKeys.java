package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Refuses keys that no bundle knows and values of another type than the default's.
 *
 * <p>Legal is a key that stands in the defaults. An empty block, a list or {@code null} there means free content below. The body of
 * {@code study.arms.<arm>} is laid over the whole configuration, so its keys are those of the root, and those of {@code study.arm} in the
 * defaults (what belongs to an arm itself, such as {@code match}).
 */
final class LegalKeys {
  private static final String ARMS = "study.arms";
  private static final String ARM = "study.arm";
  private static final String STAGE = "study.stage";

  private final ConfigObject reference;
  private final List<Problem> problems = new ArrayList<>();

  private record Problem(ConfigValue at, String message) {}

  private LegalKeys(ConfigObject reference) {
    this.reference = reference;
  }

  /** @param reference the defaults, resolved */
  static LegalKeys of(Config reference) {
    return new LegalKeys(reference.root());
  }

  /** @throws InvalidInput for the mistake that stands first in its file */
  void check(Config resolved) {
    problems.clear();
    check("", resolved.root(), reference);
    if (resolved.hasPath(ARMS) && resolved.getValue(ARMS) instanceof ConfigObject arms) checkArms(arms);
    if (resolved.hasPath(STAGE) && resolved.getValue(STAGE) instanceof ConfigObject stages) checkStages(STAGE, stages);
    problems.stream().min(Comparator.comparing((Problem p) -> file(p.at)).thenComparing(p -> p.at.origin().lineNumber())).ifPresent(p -> {
      throw new InvalidInput(place(p.at) + p.message);
    });
  }

  private void checkArms(ConfigObject arms) {
    Config root = reference.toConfig();
    ConfigObject own = root.hasPath(ARM) && root.getValue(ARM) instanceof ConfigObject o ? o : null;
    for (String arm : sorted(arms)) {
      String path = ARMS + "." + ConfigUtil.joinPath(arm);
      if (!(arms.get(arm) instanceof ConfigObject body)) {
        problems.add(new Problem(arms.get(arm), path + " must be a block { … } with what the arm changes, but is " + arms.get(arm).render() + "."));
        continue;
      }
      for (String key : sorted(body)) {
        ConfigValue v = body.get(key);
        String full = path + "." + ConfigUtil.joinPath(key);
        if (own != null && own.containsKey(key)) {
          check(full, v, own.get(key));
          if (key.equals("stage") && v instanceof ConfigObject stages) checkStages(full, stages);
        } else if (key.equals("study")) problems.add(new Problem(v, full + " is not allowed: an arm cannot change its study."));
        else if (reference.containsKey(key)) check(full, v, reference.get(key));
        else problems.add(new Problem(v, unknown(path, key, own == null ? reference : own.withFallback(reference))));
      }
    }
  }

  /** Bodies of stages are laid over the whole configuration, as those of arms are. */
  private void checkStages(String path, ConfigObject stages) {
    for (String stage : sorted(stages)) {
      String full = path + "." + ConfigUtil.joinPath(stage);
      if (!(stages.get(stage) instanceof ConfigObject body)) problems.add(new Problem(stages.get(stage), full + " must be a block { … } with what the stage lays over the configuration."));
      else if (body.containsKey("study")) problems.add(new Problem(body.get("study"), full + ".study is not allowed: a stage cannot change its study."));
      else check(full, body, reference);
    }
  }

  private void check(String path, ConfigValue value, ConfigValue legal) {
    ConfigValueType type = value.valueType();
    if (legal.valueType() == ConfigValueType.NULL || type == ConfigValueType.NULL) return;
    String wanted = switch (legal.valueType()) {
      case OBJECT -> type == ConfigValueType.OBJECT ? null : "a block { … }";
      case LIST -> type == ConfigValueType.LIST ? null : "a list [ … ]";
      case NUMBER -> type == ConfigValueType.NUMBER || isNumber(value) ? null : "a number";
      case BOOLEAN -> type == ConfigValueType.BOOLEAN || isFlag(value) ? null : "true or false";
      case STRING -> type == ConfigValueType.OBJECT ? "a text" : null;
      case NULL -> null;
    };
    if (wanted != null) {
      problems.add(new Problem(value, path + " must be " + wanted + ", but is " + shortened(value) + "."));
    } else if (value instanceof ConfigObject block && legal instanceof ConfigObject known && !known.isEmpty()) {
      for (String key : sorted(block)) {
        ConfigValue inner = block.get(key);
        if (known.containsKey(key)) check(path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key), inner, known.get(key));
        else problems.add(new Problem(inner, unknown(path, key, known)));
      }
    }
  }

  private String unknown(String path, String key, ConfigObject known) {
    String full = path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
    String hint = Spelling.hint(key, sorted(known));
    if (!hint.isEmpty()) return full + " is not a key" + hint;
    var elsewhere = new ArrayList<String>();
    find(key, "", reference, elsewhere);
    if (!elsewhere.isEmpty()) return full + " is not a key; did you mean " + String.join(" or ", elsewhere.subList(0, Math.min(3, elsewhere.size()))) + "?";
    return full + " is not a key; known " + (path.isEmpty() ? "" : "in " + path + " ") + "are " + String.join(", ", sorted(known)) + ".";
  }

  /** Where a key of this name stands in the defaults. */
  private static void find(String key, String path, ConfigObject block, List<String> found) {
    for (String k : sorted(block)) {
      String full = path.isEmpty() ? ConfigUtil.joinPath(k) : path + "." + ConfigUtil.joinPath(k);
      if (k.equals(key)) found.add(full);
      if (block.get(k) instanceof ConfigObject inner) find(key, full, inner, found);
    }
  }

  private static boolean isNumber(ConfigValue v) {
    try {
      return v.valueType() == ConfigValueType.STRING && Double.isFinite(Double.parseDouble((String) v.unwrapped()));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static boolean isFlag(ConfigValue v) {
    return v.valueType() == ConfigValueType.STRING && List.of("true", "false", "yes", "no", "on", "off").contains(v.unwrapped());
  }

  private static String shortened(ConfigValue v) {
    String s = v.render(ConfigRenderOptions.concise());
    return s.length() <= 60 ? s : s.substring(0, 57) + "…";
  }

  /** A block merged out of several files has no place of its own: the first value in it that has one. */
  private static String place(ConfigValue v) {
    String own = Options.place(v);
    if (!own.isEmpty()) return own;
    if (v instanceof ConfigObject block) {
      return sorted(block).stream().map(k -> place(block.get(k))).filter(s -> !s.isEmpty()).findFirst().orElse("");
    }
    return v instanceof ConfigList list ? list.stream().map(LegalKeys::place).filter(s -> !s.isEmpty()).findFirst().orElse("") : "";
  }

  private static String file(ConfigValue v) {
    return v.origin().filename() == null ? "" : v.origin().filename();
  }

  private static List<String> sorted(ConfigObject block) {
    return block.keySet().stream().sorted().toList();
  }
}
