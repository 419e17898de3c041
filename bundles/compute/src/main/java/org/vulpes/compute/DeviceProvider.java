package org.vulpes.compute;

import java.util.Optional;
import java.util.SortedMap;

/** What a device plugin offers for slot {@code device}. */
public interface DeviceProvider {

  /** Why this device cannot be used here, as one plain sentence with what to do; empty when it can. */
  Optional<String> refusal();

  /** @param threads that may work on one program; 0: as many as there are cores */
  Device open(int threads);

  /** The same with what such a device chose for itself before ({@link Device#tuned}): it chooses the same again. A device that tries nothing has no use for it. */
  default Device open(int threads, SortedMap<String, String> tuned) {
    return open(threads);
  }
}
