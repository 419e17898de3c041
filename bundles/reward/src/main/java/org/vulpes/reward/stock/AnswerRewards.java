package org.vulpes.reward.stock;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Rewards that compare with the problem's answer. */
public final class AnswerRewards {
  private static final Pattern NUMBER = Pattern.compile("-?\\d[\\d,]*(\\.\\d+)?|-?\\.\\d+");

  private AnswerRewards() {}

  /** 1 for the answer, or for the answer followed by nothing that matters, and 0 for all else. */
  @Component
  @Fills(slot = "reward", use = "exact")
  public static final class Exact implements Plugin<Reward> {
    @Override
    public Reward create(Options options) {
      boolean caseMatters = options.flag("case"), ended = options.flag("ended");
      return Reward.each(s -> (!ended || s.ended()) && plain(s.text(), caseMatters).equals(plain(s.problem().answer(), caseMatters)) ? 1 : 0);
    }

    private static String plain(String text, boolean caseMatters) {
      String out = text.strip().replaceAll("\\s+", " ");
      return caseMatters ? out : out.toLowerCase(Locale.ROOT);
    }
  }

  /** 1 when the number behind the mark (the last one without a mark) equals the answer's. */
  @Component
  @Fills(slot = "reward", use = "numeric")
  public static final class Numeric implements Plugin<Reward> {
    @Override
    public Reward create(Options options) {
      String mark = options.text("mark");
      boolean last = options.flag("last-number");
      double tolerance = options.number("tolerance", 0, 1);
      return Reward.each(s -> {
        var wanted = number(s.problem().answer(), mark, true);
        if (wanted.isEmpty()) throw new IllegalArgumentException("the answer '" + s.problem().answer() + "' of problem " + s.problem().id() + " holds no number");
        var found = number(s.text(), mark, last);
        return found.isPresent() && Math.abs(found.getAsDouble() - wanted.getAsDouble()) <= tolerance * Math.max(1, Math.abs(wanted.getAsDouble())) ? 1 : 0;
      });
    }
  }

  /** @param last whether the last number counts where the mark is missing */
  static OptionalDouble number(String text, String mark, boolean last) {
    int at = mark.isEmpty() ? -1 : text.indexOf(mark);
    if (at < 0 && !last && !mark.isEmpty()) return OptionalDouble.empty();
    var numbers = NUMBER.matcher(at < 0 ? text : text.substring(at + mark.length()));
    String found = null;
    while (numbers.find()) {
      found = numbers.group();
      if (at >= 0) break;
    }
    return found == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(found.replace(",", "")));
  }

  /** 1 for a text that matches as a whole. */
  @Component
  @Fills(slot = "reward", use = "format")
  public static final class Format implements Plugin<Reward> {
    @Override
    public Reward create(Options options) {
      try {
        var pattern = Pattern.compile(options.text("pattern"), Pattern.DOTALL);
        return Reward.each(s -> pattern.matcher(s.text().strip()).matches() ? 1 : 0);
      } catch (PatternSyntaxException e) {
        throw options.wrong("pattern", "is no regular expression: " + e.getDescription() + " at character " + e.getIndex());
      }
    }
  }

  /**
   * 0 up to the target and −1 at the longest length, linear between: DAPO's soft overlong punishment (Yu et al. 2025). What was cut off at the longest length has −1 wherever that is.
   */
  @Component
  @Fills(slot = "reward", use = "length")
  public static final class Length implements Plugin<Reward> {
    @Override
    public Reward create(Options options) {
      double target = options.number("target", 0, 1);
      return Reward.each(s -> {
        if (!s.ended()) return -1;
        double free = target * s.most();
        return s.tokens() <= free ? 0 : -Math.min(1, (s.tokens() - free) / Math.max(1e-9, s.most() - free));
      });
    }
  }
}
