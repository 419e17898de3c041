package org.vulpes.training;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/** A slot whose occupant is one field of the loop. */
final class LoopSlot<T> implements Slot<T> {
  private final String name;
  private final Function<T, Snapshot> save;
  private final BiConsumer<T, Snapshot> restore;
  private final Test<T> test;
  private T occupant;

  /** Tries a candidate out beside the loop. */
  interface Test<T> {
    /** @return work for the training thread before the handover, one piece between two steps @throws RuntimeException with what is wrong with the candidate */
    List<Runnable> of(T candidate);
  }

  LoopSlot(String name, T first, Function<T, Snapshot> save, BiConsumer<T, Snapshot> restore, Test<T> test) {
    this.name = name;
    this.occupant = first;
    this.save = save;
    this.restore = restore;
    this.test = test;
  }

  /** On the training thread. */
  T occupant() {
    return occupant;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return Kind.LOOP;
  }

  @Override
  public Snapshot save() {
    return save.apply(occupant);
  }

  void restore(Snapshot snapshot) {
    restore.accept(occupant, snapshot);
  }

  @Override
  public Handover prepare(Maker<T> maker, Snapshot state) {
    T tried = maker.get();
    restore.accept(tried, state);
    List<Runnable> groundwork = test.of(tried);
    T fresh = maker.get();
    return new Handover() {
      private T before;

      @Override
      public List<Runnable> groundwork() {
        return groundwork;
      }

      @Override
      public Travelled move() {
        Snapshot s = save.apply(occupant);
        restore.accept(fresh, s);
        before = occupant;
        occupant = fresh;
        return new Travelled(s.values().isEmpty() ? List.of() : List.of("state of " + s.schema() + " (" + String.join(", ", s.values().keySet()) + ")"), List.of(), List.of());
      }

      @Override
      public void moveBack() {
        occupant = before;
      }

      @Override
      public void settle() {
        before = null;
      }
    };
  }
}
