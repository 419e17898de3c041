package org.vulpes.compute;

import java.util.Optional;

/** What a device plugin offers for slot {@code device}. */
public interface DeviceProvider {

  /** Why this device cannot be used here, as one plain sentence with what to do; empty when it can. */
  Optional<String> refusal();

  /** @param threads that may work on one program; 0: as many as there are cores */
  Device open(int threads);
}
