package org.vulpes.slot;

import java.util.List;

/**
 * What a person asks of a run that is going.
 *
 * @param use the plugin that is to take over; empty: the one that was there before (undo)
 * @param set options of the plugin, {@code key=value}; keys may stand alone or below the slot
 * @param force do it although the run is a trial of a study
 */
public record SwapRequest(String slot, String use, List<String> set, boolean force) {
  public SwapRequest {
    set = List.copyOf(set);
  }

  public boolean undo() {
    return use.isEmpty();
  }
}
