package org.vulpes.compute;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** What a device plugin offers for slot {@code device}. */
public interface DeviceProvider {

  /** Why this device cannot be used here, as one plain sentence with what to do; empty when it can. */
  Optional<String> refusal();

  /**
   * Every device that this plugin could open here, as a configuration names it ({@code jvm}, {@code opencl:0}): what {@code device = auto} chooses from and {@code doctor} tells of. Empty for one that
   * nobody would train on.
   */
  default List<String> devices() {
    return List.of();
  }

  /** @param threads that may work on one program; 0: as many as there are cores */
  Device open(int threads);

  /** The same with what such a device chose for itself before ({@link Device#tuned}): it chooses the same again. A device that tries nothing has no use for it. */
  default Device open(int threads, SortedMap<String, String> tuned) {
    return open(threads);
  }
}
