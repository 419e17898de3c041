package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import java.util.List;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.Options;
import org.vulpes.slot.PlannedSwap;

/**
 * A part of a run under one configuration: {@code changes = [{ at = 80%, model.attention.gqa.kv-heads = 2 }]} makes two of one run. Weights, moments and positions go from each to the next.
 *
 * @param from where it begins; null for the first
 * @param config whole and resolved, with what changes up to here laid over it
 * @param change what is laid over the phase before; empty for the first
 * @param place "file:line: " for messages
 */
public record Phase(PlannedSwap.Trigger from, Config config, Config change, String place) {
  static final String KEY = "changes";
  /** What a run keeps from beginning to end: what it learns from and is measured on, its seed and budget. */
  private static final List<String> FIXED = List.of("study", "storage", "init", "model.lora", "corpus", KEY, "swaps", "swapping", "device", "training.tokens", "training.seed", "training.threads", "training.evaluations",
      "training.evaluation-length", "training.evaluation-bytes", "training.metric-weights", "training.checkpoint-every", "training.keep-checkpoints");

  /**
   * The phases of a run, one when nothing changes.
   *
   * @param reference defaults of all plugins: what keys are legal
   * @throws org.vulpes.slot.InvalidInput for a change that cannot be, with its place
   */
  public static List<Phase> of(Config config, Config reference) {
    var out = new ArrayList<Phase>(List.of(new Phase(null, config, ConfigFactory.empty(), "")));
    for (Options block : Options.at(config, "").blocks(KEY)) {
      PlannedSwap.Trigger at = PlannedSwap.Trigger.read(block);
      Config change = block.config().withoutPath("at");
      for (String key : FIXED) {
        if (change.hasPathOrNull(key)) throw block.wrong(key, "cannot be changed while a run goes on: it holds from beginning to end");
      }
      ConfigFile.check(change, reference);
      Config before = out.getLast().config();
      Config after = change.withFallback(before).resolve();
      if (after.equals(before)) throw block.wrong("at", "= " + at + " changes nothing: all its keys are so already");
      for (Options swap : Options.at(config, "").blocks("swaps")) {
        if (swap.has("slot") && change.hasPathOrNull(swap.text("slot"))) throw block.wrong(swap.text("slot"), "is exchanged by swaps as well; say it in one of the two");
      }
      PlannedSwap.Trigger last = out.getLast().from();
      if (last != null && (at.steps() > 0) == (last.steps() > 0) && order(at, config) <= order(last, config)) throw block.wrong("at", "= " + at + " must lie behind the change before it, which is at " + last);
      out.add(new Phase(at, after, change, Options.place(block.config().root())));
    }
    return List.copyOf(out);
  }

  private static long order(PlannedSwap.Trigger t, Config config) {
    return t.steps() > 0 ? t.steps() : t.token(RunSettings.of(config).tokens());
  }

  /** "model.attention.gqa.kv-heads = 2", key by key. */
  public String words() {
    return String.join(", ", change.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue().render(com.typesafe.config.ConfigRenderOptions.concise().setJson(false))).sorted().toList());
  }

  /** A configuration whose changes are those from this place in its list on. */
  static Config remaining(Config config, int from) {
    var list = config.hasPath(KEY) ? config.getList(KEY) : List.<ConfigValue>of();
    return config.withValue(KEY, ConfigValueFactory.fromIterable(list.subList(Math.min(from, list.size()), list.size())));
  }
}
