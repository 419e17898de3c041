package org.vulpes.runtime;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;

/** Finds what can fill a slot, and installs it beside what fills it now where that is needed. */
interface Candidates {

  /** What a run begins with: the catalogue's choice. @throws InvalidInput when there is none */
  Candidate configured(String slot, String use);

  /**
   * What a swap takes: a jar that was dropped since into the folder {@code plugins}, of the distribution or of the run, else the newest that is installed.
   *
   * @param run folder of the run
   * @param said told about jars that cannot be used
   * @throws InvalidInput when there is none; with the reason when a dropped jar that fits does not resolve or fails when it is made
   */
  Candidate newest(String slot, String use, Path run, Consumer<String> said);

  /** Whether jars can be installed while a run goes on. */
  boolean installs();

  /**
   * The very plugin that filled a slot before.
   *
   * @param jar its bundle's bytes, from memory or from the run's folder; null when it belonged to the distribution
   * @throws InvalidInput when it is neither installed nor can be installed again
   */
  Candidate again(Occupant before, byte[] jar);

  /** Class loaders of bundles that were taken away. @return how many, and how many are still in memory */
  int[] retired();
}
