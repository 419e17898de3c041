package org.vulpes.slot;

import java.util.List;

/**
 * One slot of a run and how its occupant is exchanged. The run has one for each slot that can be exchanged live; the transaction around it (deadline, journal,
 * probation, retirement) is the same for all.
 *
 * @param <T> the contract that occupants implement
 */
public interface Slot<T> {

  /** What moves at the handover. */
  enum Kind {
    /** One field of the loop: curriculum, mixture, schedule, reward, sampler. */
    LOOP,
    /** One table of programs that were recorded, tested and prepared before: optimizer, objective, kernel families, device, bricks with equal parameters. */
    PROGRAM,
    /** Weights that are transformed while the loop stands still: bricks with other parameters, depth, vocabulary. */
    SURGERY,
    /** Nothing: what a run begins with stays. */
    FIXED;

    /** As people read it: "program". */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** As in the configuration: {@code curriculum}, {@code kernels.gemm}. */
  String name();

  Kind kind();

  /** Whether making a candidate ready takes as long as the run's text is, and not as long as its model: it has a deadline of its own then. */
  default boolean patient() {
    return false;
  }

  /** The occupant's state. On the training thread, between two steps. */
  Snapshot save();

  /**
   * Proves a candidate and makes its handover ready while the run goes on, on another thread and under a deadline: a self-test, and a restore of a copy of the state.
   *
   * @param maker makes candidates
   * @param state of the occupant some steps ago
   * @throws RuntimeException with the reason, in words, when the candidate cannot take over
   */
  Handover prepare(Maker<T> maker, Snapshot state);

  /** A candidate that is ready. All calls come on the training thread, between two steps. */
  interface Handover {

    /** Work that needs the training thread and can be done steps before: one piece between two steps. */
    default List<Runnable> groundwork() {
      return List.of();
    }

    /** {@code new.restore(old.save())}, then one field moves. @throws RuntimeException when the state is refused; the old occupant is then still there, untouched */
    Travelled move();

    /** Undoes {@link #move} when the run is brought back: the old occupant is there again. */
    void moveBack();

    /** The candidate stays: frees what only the old occupant needed. */
    default void settle() {}

    /** The candidate goes, whether it had been moved back or never took over: frees what it needed. */
    default void drop() {}
  }

  /**
   * What became of the state. In words for the journal.
   *
   * @param carried what means the same to both: "m (first moment)"
   * @param begun what the new occupant starts afresh: "v"
   * @param left what the old occupant alone understood
   */
  record Travelled(List<String> carried, List<String> begun, List<String> left) {
    public Travelled {
      carried = List.copyOf(carried);
      begun = List.copyOf(begun);
      left = List.copyOf(left);
    }

    @Override
    public String toString() {
      var out = new java.util.ArrayList<String>();
      if (!carried.isEmpty()) out.add("carried " + String.join(", ", carried));
      if (!begun.isEmpty()) out.add("begun afresh " + String.join(", ", begun));
      if (!left.isEmpty()) out.add("left behind " + String.join(", ", left));
      return out.isEmpty() ? "no state" : String.join("; ", out);
    }
  }
}
