package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;

/**
 * What fills a slot now.
 *
 * @param kind loop, program, surgery or fixed
 * @param use the plugin's name within the slot
 * @param bundle symbolic name; empty where no framework runs
 * @param sha256 of the bundle's jar, hex; empty when unknown
 * @param options the plugin's block of the configuration, HOCON; and in it, each as one key, the {@link #beside} of the slot: {@code {"model.layers": 12}}
 * @param since step after which it took over; 0: from the beginning
 */
public record Occupant(String slot, String kind, String use, String bundle, String version, String sha256, String options, long since) {

  /** "flat (org.vulpes.curriculum.flat 0.1.0)". */
  public String told() {
    return bundle.isEmpty() ? use : use + " (" + bundle + " " + version + ")";
  }

  /** Keys outside a plugin's block that are exchanged with what fills a slot: how many blocks a model has, with its depth. */
  public static List<String> beside(String slot) {
    return slot.equals("model.depth") ? List.of("model.layers") : List.of();
  }

  /** A run's configuration with the slot filled as it is here. @throws InvalidInput when the options are no HOCON */
  public Config over(Config config) {
    try {
      Config own = options.isEmpty() ? ConfigFactory.empty() : ConfigFactory.parseString(options);
      Config out = config.withValue(slot + ".use", ConfigValueFactory.fromAnyRef(use));
      for (String key : beside(slot)) {
        String whole = ConfigUtil.joinPath(key);
        if (own.hasPath(whole)) out = out.withValue(key, own.getValue(whole));
        own = own.withoutPath(whole);
      }
      return out.withValue(slot + "." + ConfigUtil.joinPath(use), own.root());
    } catch (ConfigException e) {
      throw new InvalidInput("The options of '" + use + "' in the checkpoint or journal cannot be read; the file was altered.", e);
    }
  }
}
