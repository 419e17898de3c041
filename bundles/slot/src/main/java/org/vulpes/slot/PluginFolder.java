package org.vulpes.slot;

import java.nio.file.Path;
import java.util.List;

/** Where people put plugins: the folder {@code plugins} of the distribution. A service; the runtime implements it. */
public interface PluginFolder {

  /** The distribution's Maven repository, with the contracts and the parent of plugins. @throws InvalidInput when Vulpes was not started from a distribution */
  Path repository();

  /** A plugin that a jar offers. */
  record Offer(String slot, String use) {}

  /**
   * Tries a bundle and puts it into the folder, where the next command finds it, and the next {@code swap} of a run that is going.
   *
   * @return what it offers
   * @throws InvalidInput when it is no bundle, does not resolve or start, or offers nothing; the folder is then as it was
   */
  List<Offer> add(Path jar);
}
