package org.vulpes.study.matching;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/**
 * What is to be matched.
 *
 * @param free dimensions that are solved for, at least one
 * @param allowed relative mismatch that is not an error: 0.01
 * @param sets whether the variant's own text sets a key, which then cannot be free
 * @param wrong makes the complaint out of "…" in "study.arms.shallow.match …", with its place
 */
public record MatchRequest(Quantity quantity, Set<Dimension> free, double allowed, Predicate<String> sets, Function<String, InvalidInput> wrong) {
  /** Keys of an arm that say how it is matched; they are no part of its configuration. */
  private static final List<String> KEYS = List.of("match", "free", "mismatch");
  private static final String NONE = "none";

  public MatchRequest {
    free = Set.copyOf(free);
  }

  /** An arm's body without what says how it is matched. */
  public static ConfigObject intervention(ConfigObject body) {
    ConfigObject out = body;
    for (String key : KEYS) out = out.withoutKey(key);
    return out;
  }

  /**
   * What an arm asks for; empty when it is not to be matched.
   *
   * @param root with {@code study.arms.<arm>}, and {@code study.arm} with what holds for arms that do not say otherwise
   * @param baseline whether it is the arm that others are matched to
   */
  public static Optional<MatchRequest> of(Config root, String arm, boolean baseline) {
    Options own = Options.at(root, "study.arms").block(ConfigUtil.joinPath(arm));
    Options common = Options.at(root, "study.arm");
    if (baseline) {
      KEYS.stream().filter(own::has).findFirst().ifPresent(key -> {
        throw own.wrong(key, "cannot be given for the baseline: the other arms are matched to it");
      });
      return Optional.empty();
    }
    Options match = own.has("match") ? own : common;
    var words = new ArrayList<>(List.of(NONE));
    for (Quantity q : Quantity.values()) words.add(q.word());
    String word = match.choice("match", words.toArray(String[]::new));
    if (word.equals(NONE)) {
      for (String key : List.of("free", "mismatch")) if (own.has(key)) throw own.wrong(key, "has nothing to do, because the arm's match is none; say what is matched");
      return Optional.empty();
    }
    Options free = own.has("free") ? own : common;
    Options mismatch = own.has("mismatch") ? own : common;
    return Optional.of(new MatchRequest(Quantity.of(word), dimensions(free.texts("free"), what -> free.wrong("free", what)),
        share(mismatch.text("mismatch"), what -> mismatch.wrong("mismatch", what)), own.config()::hasPath, what -> match.wrong("match", "= " + word + " " + what)));
  }

  /** @param wrong makes the complaint out of what is wrong with the list */
  public static Set<Dimension> dimensions(List<String> words, Function<String, InvalidInput> wrong) {
    var all = Arrays.stream(Dimension.values()).map(Dimension::word).toList();
    if (words.isEmpty()) throw wrong.apply("must name at least one of " + String.join(", ", all));
    var out = EnumSet.noneOf(Dimension.class);
    for (String w : words) {
      if (!all.contains(w)) throw wrong.apply("may name " + String.join(", ", all) + ", but names '" + w + "'" + Spelling.hint(w, all));
      out.add(Dimension.values()[all.indexOf(w)]);
    }
    return out;
  }

  /** "3%" as 0.03. */
  public static double share(String percent, Function<String, InvalidInput> wrong) {
    String text = percent.strip();
    try {
      double share = text.endsWith("%") ? new BigDecimal(text.substring(0, text.length() - 1).strip()).movePointLeft(2).doubleValue() : -1;
      if (share >= 0 && share <= 1) return share;
    } catch (NumberFormatException e) {
      // Falls through to the complaint.
    }
    throw wrong.apply("must be from 0% to 100%, for instance 3%, but is " + percent);
  }
}
