package org.vulpes.slot;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A run that is going, as people see it: in the same process, or through the run's socket. Calls come from any thread. */
public interface RunControl {

  /** How people call the run. */
  String name();

  Path folder();

  /** @throws InvalidInput when the run has ended meanwhile */
  Status status();

  /** The plugins that are installed where the run trains. @throws InvalidInput when the run has ended meanwhile */
  Installed installed();

  /**
   * Exchanges an occupant and waits until the new one has passed its probation.
   *
   * @param said told in sentences what happens
   * @return true: the new occupant stays; false: it was refused or failed, and the run is as it would have been without
   * @throws InvalidInput when the request itself is wrong: nothing was tried
   */
  boolean swap(SwapRequest request, Consumer<String> said);

  /** See {@link Catalogue#entries} and {@link Catalogue#refusals}. */
  record Installed(List<Catalogue.Entry> entries, List<String> refusals) {}

  /**
   * @param tokensPerSecond over the last steps; NaN before the first
   * @param slots what fills them, in the order in which the run asked for it
   * @param stays why occupants that cannot be exchanged in this run cannot, one sentence each, by slot
   * @param retired class loaders of bundles that were exchanged and taken away, and how many of them are still in memory
   */
  record Status(Position at, double tokensPerSecond, List<Occupant> slots, Map<String, String> stays, int retired, int alive) {}
}
