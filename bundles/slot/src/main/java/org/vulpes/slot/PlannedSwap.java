package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A swap that a configuration demands: {@code swaps = [{ at = 40%, slot = curriculum, use = flat, flat { sequence-length = 64 } }]}. It takes effect exactly at its
 * step, the first one that begins at or after {@code at}, and belongs to the arm as any other key does.
 *
 * @param config the whole configuration as it reads once the swap is done: {@code slot.use} and the plugin's options are laid over it
 * @param place "file:line: " for messages
 */
public record PlannedSwap(Trigger at, String slot, String use, Config config, String place) {
  private static final String KEY = "swaps";

  /** When: exactly one is above 0. @param share of the token budget */
  public record Trigger(double share, long tokens, long steps) {

    /** Whether the next step is the one, or lies behind it. */
    public boolean reached(Position p) {
      if (steps > 0) return p.step() >= steps;
      return p.tokens() >= token(p.totalTokens());
    }

    /** The token at which it is reached; for steps: none. */
    public long token(long totalTokens) {
      return tokens > 0 ? tokens : Math.round(share * totalTokens);
    }

    /** Reads {@code at} of a block: 40%, 500000 (tokens), "200 steps". */
    public static Trigger read(Options block) {
      String text = block.text("at").strip();
      try {
        if (text.endsWith("%")) {
          double share = new BigDecimal(text.substring(0, text.length() - 1).strip()).movePointLeft(2).doubleValue();
          if (share > 0 && share < 1) return new Trigger(share, 0, 0);
          throw block.wrong("at", "must lie between 0% and 100%, but is " + text);
        }
        boolean steps = text.endsWith("steps");
        long n = new BigDecimal(text.replaceFirst("\\s*(steps|tokens)$", "")).longValueExact();
        if (n > 0) return steps ? new Trigger(0, 0, n) : new Trigger(0, n, 0);
      } catch (NumberFormatException | ArithmeticException e) {
        // Falls through to the complaint.
      }
      throw block.wrong("at", "must be a share of the budget (40%), a number of tokens (500000) or of steps (\"200 steps\"), but is '" + text + "'");
    }

    @Override
    public String toString() {
      if (steps > 0) return "step " + steps;
      return tokens > 0 ? "token " + tokens : new BigDecimal(Double.toString(share)).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }
  }

  /**
   * The swaps of a configuration in the order of the list.
   *
   * @param swappable names of the slots that a run can exchange
   * @param reference {@link Catalogue#reference()}
   * @throws InvalidInput for whatever is wrong with them, with file, line and key
   */
  public static List<PlannedSwap> of(Config config, Collection<String> swappable, Config reference) {
    var out = new ArrayList<PlannedSwap>();
    Config before = config;
    for (Options block : Options.at(config, "").blocks(KEY)) {
      String slot = block.text("slot");
      if (!swappable.contains(slot)) {
        throw block.wrong("slot", "is '" + slot + "', which cannot be exchanged in a run; " + slots(slot, swappable));
      }
      String use = block.text("use");
      List<String> legal = List.of("at", "slot", "use", use);
      for (String key : block.keys()) {
        if (!legal.contains(key)) throw block.wrong(ConfigUtil.joinPath(key), "is no key of a swap" + Spelling.hint(key, legal) + "; the keys are at, slot, use, and '" + use + "' with its options");
      }
      Trigger at = Trigger.read(block);
      for (PlannedSwap other : out) {
        if (other.slot.equals(slot) && other.at.equals(at)) throw block.wrong("at", "is " + at + ", where '" + slot + "' is exchanged already; one swap of a slot at one step");
      }
      String path = slot + "." + ConfigUtil.joinPath(use);
      String key = ConfigUtil.joinPath(use);
      Config own = ConfigFactory.empty();
      if (block.config().hasPath(key)) {
        ConfigObject options = (ConfigObject) block.block(key).config().root();
        ConfigFile.check(ConfigFactory.empty().withValue(path, options), reference);
        own = own.withValue(path, options);
      }
      before = own.withValue(slot + ".use", block.config().getValue("use")).withFallback(before);
      out.add(new PlannedSwap(at, slot, use, before, Options.place(block.config().root())));
    }
    return List.copyOf(out);
  }

  /** "the slots that can are curriculum, optimizer; did you mean 'curriculum'?" */
  public static String slots(String wrong, Collection<String> swappable) {
    return "those that can are " + String.join(", ", swappable) + Spelling.hint(wrong, swappable);
  }
}
