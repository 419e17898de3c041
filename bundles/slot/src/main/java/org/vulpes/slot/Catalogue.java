package org.vulpes.slot;

import com.typesafe.config.Config;
import java.util.List;

/** The plugins that are installed. A run asks it for what fills each of its slots. */
public interface Catalogue {

  /** One installed plugin. @param bundle symbolic name @param sha256 of the bundle's jar, hex */
  record Entry(String slot, String use, String bundle, String version, String sha256) {}

  /** All plugins that could be used now, by slot, then name. */
  List<Entry> entries();

  /** What is installed but cannot be used, each as one sentence that says why. */
  List<String> refusals();

  /** The plugin with this name. @throws InvalidInput when there is none; the message lists those that exist and proposes the nearest */
  <T> Plugin<T> plugin(String slot, String use);

  /**
   * Makes what the configuration at {@code slot} asks for: {@code use} names the plugin, the block of that name holds its options.
   *
   * @param config the whole resolved configuration of a run; {@code slot} is a path in it
   */
  default <T> T create(Config config, String slot) {
    return create(config, slot, slot);
  }

  /** The same for a slot whose configuration stands at another path than the slot's name. */
  default <T> T create(Config config, String slot, String path) {
    String use = Options.at(config, path).text("use");
    Plugin<T> plugin;
    try {
      plugin = plugin(slot, use);
    } catch (InvalidInput e) {
      throw new InvalidInput(Options.place(config.getValue(path + ".use")) + e.getMessage(), e);
    }
    return plugin.create(Options.at(config, path + "." + use));
  }

  /**
   * The bundles whose code a class may run without asking for a plugin: its own, and all from which that one imports, directly or not. Empty where no framework runs.
   *
   * @return one entry each, without slot and name
   */
  default List<Entry> beneath(Class<?> user) {
    return List.of();
  }

  /**
   * Defaults of the core and of every installed plugin: the fallback under each configuration, and the list of legal keys. Not resolved,
   * so that a default that refers to another key follows what the user writes there; {@link ConfigFile#load} resolves.
   */
  Config reference();
}
