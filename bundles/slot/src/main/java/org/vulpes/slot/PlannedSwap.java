package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A swap that a configuration demands: {@code swaps = [{ at = 40%, slot = curriculum, use = flat, flat { sequence-length = 64 } }]}. It takes effect exactly at its
 * step, the first one that begins at or after {@code at} or once the condition {@code when} is met, and belongs to the arm as any other key does.
 *
 * @param config the whole configuration as it reads once the swap is done: {@code slot.use} and the plugin's options are laid over it
 * @param beside keys that it changes outside the plugin's block: those of {@link Occupant#beside} that it names
 * @param place "file:line: " for messages
 */
public record PlannedSwap(Start at, String slot, String use, Config config, List<String> beside, String place) {
  private static final String KEY = "swaps";

  /** When a swap takes effect: between two steps, as soon as it is reached. */
  public sealed interface Start {

    /** The token at which it is reached; −1: it goes by steps; {@link Long#MAX_VALUE}: nobody can tell before. */
    long token(long totalTokens);
  }

  /** At a step of its own: exactly one is above 0. @param share of the token budget */
  public record Trigger(double share, long tokens, long steps) implements Start {

    /** Whether the next step is the one, or lies behind it. */
    public boolean reached(Position p) {
      return steps > 0 ? p.step() >= steps : p.tokens() >= token(p.totalTokens());
    }

    @Override
    public long token(long totalTokens) {
      if (steps > 0) return -1;
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
   * When the training loss, as a mean over some steps, says so: {@code when { loss-below = 3.0 }} or {@code when { plateau { patience = 200, min-delta = 0.01 } }}. The losses
   * of a run are the same bits whenever it is trained, so the step is, too.
   *
   * @param below nats per token; NaN: not asked
   * @param patience steps in which the mean must not have fallen by {@code minDelta} below its lowest; 0: not asked
   * @param window steps of the mean
   */
  public record Condition(double below, int patience, double minDelta, int window) implements Start {
    private static final List<String> KEYS = List.of("loss-below", "plateau", "window");
    private static final int WINDOW = 20;

    @Override
    public long token(long totalTokens) {
      return Long.MAX_VALUE;
    }

    static Condition read(Options block) {
      for (String key : block.keys()) if (!KEYS.contains(key)) throw block.wrong(key, "is no key of a condition; the keys are " + String.join(", ", KEYS) + Spelling.hint(key, KEYS));
      if (block.has("loss-below") == block.has("plateau")) throw block.wrong(block.has("plateau") ? "plateau" : "loss-below", "or plateau must be given, one of the two");
      int window = block.has("window") ? block.integer("window", 1, 1_000_000) : WINDOW;
      if (block.has("loss-below")) return new Condition(block.number("loss-below", 1e-9, 1e9), 0, 0, window);
      Options plateau = block.block("plateau");
      for (String key : plateau.keys()) if (!List.of("patience", "min-delta").contains(key)) throw plateau.wrong(key, "is no key of a plateau; the keys are patience, min-delta");
      return new Condition(Double.NaN, plateau.integer("patience", 1, 1_000_000_000), plateau.has("min-delta") ? plateau.number("min-delta", 0, 1e9) : 0, window);
    }

    @Override
    public String toString() {
      String mean = "the mean loss of " + window + " steps ";
      return patience == 0 ? mean + "is below " + below : mean + "has not fallen by " + minDelta + " for " + patience + " steps";
    }
  }

  /** Another configuration with this swap done: only its slot's choice and options are taken from here. */
  public Config over(Config other) {
    String options = slot + "." + ConfigUtil.joinPath(use);
    Config out = other.withValue(slot + ".use", config.getValue(slot + ".use"));
    for (String key : beside) out = out.withValue(key, config.getValue(key));
    return config.hasPath(options) ? out.withValue(options, config.getValue(options)) : out;
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
      List<String> beside = Occupant.beside(slot).stream().filter(block.config()::hasPath).toList();
      List<String> legal = Stream.concat(Stream.of("at", "when", "slot", "use", use), Occupant.beside(slot).stream()).toList();
      for (String key : block.keys()) {
        if (legal.contains(key)) continue;
        var leaves = block.config().withOnlyPath(ConfigUtil.joinPath(key)).entrySet().stream().map(Map.Entry::getKey).toList();
        if (!leaves.isEmpty() && beside.containsAll(leaves)) continue;
        String wrong = Occupant.beside(slot).isEmpty() ? ConfigUtil.joinPath(key) : leaves.stream().filter(k -> !beside.contains(k)).findFirst().orElse(ConfigUtil.joinPath(key));
        throw block.wrong(wrong, "is no key of a swap; the keys are at or when, slot, use, and '" + use + "' with its options"
            + (Occupant.beside(slot).isEmpty() ? "" : ", and " + String.join(", ", Occupant.beside(slot))) + Spelling.hint(wrong, legal));
      }
      if (!block.has("at") && !block.has("when")) throw block.wrong("at", "or when must be given: at = 40%, at = \"200 steps\", or when { loss-below = 3.0 }");
      if (block.has("at") && block.has("when")) throw block.wrong("when", "stands beside at; a swap has one of the two");
      Start at = block.has("when") ? Condition.read(block.block("when")) : Trigger.read(block);
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
      for (String outside : beside) {
        ConfigFile.check(ConfigFactory.empty().withValue(outside, block.config().getValue(outside)), reference);
        own = own.withValue(outside, block.config().getValue(outside));
      }
      before = own.withValue(slot + ".use", block.config().getValue("use")).withFallback(before);
      out.add(new PlannedSwap(at, slot, use, before, beside, Options.place(block.config().root())));
    }
    return List.copyOf(out);
  }

  /** "the slots that can are curriculum, optimizer; did you mean 'curriculum'?" */
  public static String slots(String wrong, Collection<String> swappable) {
    return "those that can are " + String.join(", ", swappable) + Spelling.hint(wrong, swappable);
  }
}
