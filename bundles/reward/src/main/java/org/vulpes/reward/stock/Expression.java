package org.vulpes.reward.stock;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** For Countdown: 1 for an expression over the given numbers, each at most once, that has the target's value; a part of it for a legal expression with another value. */
@Component
@Fills(slot = "reward", use = "expression")
public final class Expression implements Plugin<Reward> {

  @Override
  public Reward create(Options options) {
    double legal = options.number("legal", 0, 1);
    return Reward.each(s -> {
      if (!(s.problem().facts().get("numbers") instanceof List<?> given)) throw new IllegalArgumentException("problem " + s.problem().id() + " has no field 'numbers'");
      var numbers = new ArrayList<Long>();
      for (Object n : given) numbers.add(((Number) n).longValue());
      var parsed = new Parser(s.text().strip(), numbers);
      Double value = parsed.value();
      if (value == null) return 0;
      return Math.abs(value - Double.parseDouble(s.problem().answer())) < 1e-9 ? 1 : legal;
    });
  }

  /** Recursive descent over sums of products of numbers and brackets; takes each number away when it is used. */
  private static final class Parser {
    /** Brackets may nest no deeper: a text of thousands of them must not exhaust the stack. */
    private static final int DEEPEST = 50;

    private final String text;
    private final List<Long> left;
    private int at;
    private int depth;

    Parser(String text, List<Long> left) {
      this.text = text.replace(" ", "");
      this.left = left;
    }

    /** Null for what is no legal expression. */
    Double value() {
      Double v = sum();
      return v != null && at == text.length() && Double.isFinite(v) ? v : null;
    }

    private Double sum() {
      Double v = product();
      while (v != null && at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        boolean plus = text.charAt(at++) == '+';
        Double next = product();
        v = next == null ? null : Double.valueOf(plus ? v + next : v - next);
      }
      return v;
    }

    private Double product() {
      Double v = factor();
      while (v != null && at < text.length() && (text.charAt(at) == '*' || text.charAt(at) == '/')) {
        boolean times = text.charAt(at++) == '*';
        Double next = factor();
        v = next == null ? null : Double.valueOf(times ? v * next : v / next);
      }
      return v;
    }

    private Double factor() {
      if (at < text.length() && text.charAt(at) == '(') {
        if (++depth > DEEPEST) return null;
        at++;
        Double v = sum();
        depth--;
        return v != null && at < text.length() && text.charAt(at++) == ')' ? v : null;
      }
      int start = at;
      while (at < text.length() && Character.isDigit(text.charAt(at))) at++;
      if (at == start || at - start > 15) return null;
      long number = Long.parseLong(text.substring(start, at));
      return left.remove(Long.valueOf(number)) ? Double.valueOf(number) : null;
    }
  }
}
