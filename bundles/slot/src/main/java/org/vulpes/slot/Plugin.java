package org.vulpes.slot;

/**
 * What a bundle registers as a service: makes what fills a slot. Called once per run (trials run side by side, so nothing may be shared
 * between two products unless it is immutable), on any thread.
 *
 * @param <T> the slot's contract, for instance {@code Curriculum}
 */
@FunctionalInterface
public interface Plugin<T> {

  /**
   * @param options the plugin's own block of the configuration, defaults filled in
   * @throws InvalidInput when a value is out of range; the message names file, line and key
   */
  T create(Options options);
}
