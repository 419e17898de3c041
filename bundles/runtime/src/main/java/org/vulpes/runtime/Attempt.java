package org.vulpes.runtime;

import com.typesafe.config.Config;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Slot;

/**
 * A candidate that has been proven.
 *
 * @param id of the swap within its run
 * @param origin config, live, undo or replay
 * @param occupant as it will be; since which step is not known yet
 * @param config the run's configuration once it has taken over
 * @param generation of the run's slots for which the handover was made ready
 */
record Attempt(String id, String origin, Candidate candidate, Occupant occupant, Config config, Slot.Handover handover, long generation) {
  /** A swap by hand has a probation; one that the configuration demands is the arm itself, whatever comes of it. */
  boolean rewindable() {
    return !origin.equals("config");
  }
}
