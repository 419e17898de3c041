package org.vulpes.slot;

import java.nio.file.Path;
import java.util.List;

/** Where a run gets what fills its slots, and through what occupants are exchanged while it goes on. A service; the runtime implements it. */
public interface Swaps {

  /** Opens the slots of one run; closing them retires every occupant. */
  RunSlots open(RunHost host);

  /** The runs of this process whose slots are open, in the order in which they began. */
  List<RunControl> runs();

  /**
   * A run that is going, in this process or in another one of the same user.
   *
   * @param folder of the run, or of a study of which one trial is training
   * @throws InvalidInput when nobody trains there, or somebody else does
   */
  RunControl attach(Path folder);
}
