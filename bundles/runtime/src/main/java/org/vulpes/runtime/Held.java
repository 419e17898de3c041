package org.vulpes.runtime;

import com.typesafe.config.Config;
import org.vulpes.slot.Occupant;

/** What a slot holds. @param config the run's configuration with this occupant @param jar its bundle's bytes, when it was installed for a swap */
record Held(Candidate candidate, Occupant occupant, Config config, byte[] jar) {}
