package org.vulpes.runtime;

import com.typesafe.config.Config;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Plugin;

/** A plugin that a slot holds, or is about to hold: its bundle stays installed until this is closed. */
interface Candidate extends AutoCloseable {
  Catalogue.Entry entry();

  /** Makes occupants. */
  Plugin<?> plugin();

  /** The defaults of its own bundle, which may be newer than those that the catalogue knows; not resolved. */
  Config defaults();

  /** The bundle's jar when it was installed for a swap; null when it belongs to the distribution. */
  byte[] jar();

  /** Lets the bundle go; one that was installed for a swap is taken away with its last user. */
  @Override
  void close();
}
