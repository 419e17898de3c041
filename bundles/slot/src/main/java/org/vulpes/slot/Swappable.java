package org.vulpes.slot;

/** Something in a slot whose state can be taken out between two steps and put into another occupant, or into a resumed run. */
public interface Swappable {
  Snapshot save();

  /** @throws InvalidInput when the snapshot's schema or version is not understood; this object is then unchanged */
  void restore(Snapshot snapshot);
}
