package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.List;

/** What of an arm's configuration its trials depend on, so that an arm that only seems to differ from its baseline is not trained for nothing. */
final class Intervention {
  /** What only says how a trial is carried out; its bits are the same. */
  private static final List<String> CARRYING_OUT = List.of("training.threads", "training.checkpoint-every", "training.keep-checkpoints", "swapping", "storage");

  private Intervention() {}

  /** Without what only says how a trial is carried out. */
  static Config withoutCarryingOut(Config config) {
    Config out = config;
    for (String key : CARRYING_OUT) out = out.withoutPath(key);
    return out;
  }

  /**
   * Whether arms of these two configurations are surely trained alike: they differ at most in what is carried out, in how often a curve gets a
   * point, and in options of plugins that no slot names. Swaps and overrides of single layers may name any plugin, so with them every option counts.
   */
  static boolean same(Config one, Config other) {
    return one.equals(other) || ofTraining(one).equals(ofTraining(other));
  }

  private static ConfigObject ofTraining(Config config) {
    ConfigObject root = withoutCarryingOut(config).withoutPath("training.evaluations").root();
    boolean others = !config.getList("swaps").isEmpty() || !config.getString("model.depth.use").equals("uniform");
    return others ? root : chosen(root);
  }

  /** Of every slot only the options of the plugin that fills it. */
  private static ConfigObject chosen(ConfigObject block) {
    ConfigObject out = block;
    Object use = block.containsKey("use") ? block.get("use").unwrapped() : null;
    for (var e : block.entrySet()) {
      ConfigValue v = e.getValue();
      if (!(v instanceof ConfigObject inner)) continue;
      out = use == null || e.getKey().equals(use) ? out.withValue(e.getKey(), chosen(inner)) : out.withoutKey(e.getKey());
    }
    return out;
  }
}
