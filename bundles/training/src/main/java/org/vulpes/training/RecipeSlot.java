package org.vulpes.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/**
 * A slot whose occupant the programs are made of: objective, kernels, bricks. The programs of all shapes in use are recorded and rehearsed on another device while the run
 * goes on, then prepared one between two steps; the table of them moves.
 */
abstract class RecipeSlot<T> implements Slot<T> {
  private final String name;
  final Supplier<Engine> engine;
  private final Supplier<List<MicroBatches.Shape>> shapes;

  /** @param shapes that the present lesson needs, for a swap before the first step */
  RecipeSlot(String name, Supplier<Engine> engine, Supplier<List<MicroBatches.Shape>> shapes) {
    this.name = name;
    this.engine = engine;
    this.shapes = shapes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Kind kind() {
    return Kind.PROGRAM;
  }

  @Override
  public Snapshot save() {
    return Snapshot.empty(name);
  }

  /** The recipe with a fresh occupant. @throws InvalidInput when it does not fit the run */
  abstract Recipe with(Recipe now, Maker<T> maker);

  /** Judges what a rehearsal gave. @throws InvalidInput with what is wrong with it */
  void judge(Recipe before, Recipe after, DeviceProvider device, MicroBatches.Shape shape) {
    Rehearsal.of(device, after, shape).finite();
  }

  /** At the handover: the state goes over. On the training thread. */
  Travelled travel(Recipe before, Recipe after) {
    return new Travelled(List.of(), List.of(), List.of());
  }

  /** Whether the optimizer's program is made of it too. */
  boolean updates() {
    return false;
  }

  @Override
  public Handover prepare(Maker<T> maker, Snapshot state) {
    Recipe now = engine.get().recipe();
    Recipe next = with(now, maker);
    var inUse = inUse();
    for (var shape : MicroBatches.Shape.least(inUse, next.trainee().objective().together())) judge(now, next, engine.get().provider, shape);
    return new Exchange(next, inUse);
  }

  /** Shapes whose programs have to be ready. */
  final List<MicroBatches.Shape> inUse() {
    var known = engine.get().programs.accumulate().shapes();
    return (known.isEmpty() ? shapes.get() : known).stream().sorted(MicroBatches.Shape.ORDER).toList();
  }

  private final class Exchange implements Handover {
    private final Recipe next;
    private final List<MicroBatches.Shape> shapes;
    private MicroBatches before;
    private MicroBatches fresh;
    private UpdateProgram updateBefore;
    private UpdateProgram update;
    private BitsPerByte metricBefore;
    private BitsPerByte metric;
    private RunSupply supplyBefore;
    private RunSupply supply;

    Exchange(Recipe next, List<MicroBatches.Shape> shapes) {
      this.next = next;
      this.shapes = shapes;
    }

    @Override
    public List<Runnable> groundwork() {
      var out = new ArrayList<Runnable>();
      var programs = engine.get().programs;
      out.add(() -> fresh = programs.newAccumulate(next));
      for (var shape : shapes) {
        var recording = MicroBatches.record(next.trainee(), shape);
        out.add(() -> fresh.prepare(shape, recording));
      }
      var optimizer = programs.update().optimizer();
      if (updates()) {
        var recording = UpdateProgram.record(next.trainee().trained(), optimizer);
        out.add(() -> update = programs.newUpdate(next, optimizer, recording, UpdateProgram.GOES_ON, programs.update().moments()));
      }
      Trainee now = engine.get().recipe().trainee();
      if (next.trainee() != now) out.add(() -> supply = engine.get().supply(next.trainee()));
      if (next.trainee().policy() != now.policy()) {
        out.add(() -> metric = engine.get().metric().of(engine.get().device, next.trainee().policy(), engine.get().weights().policy().buffers()));
      }
      return out;
    }

    @Override
    public Travelled move() {
      var programs = engine.get().programs;
      before = programs.accumulate();
      Travelled out = travel(before.recipe(), next);
      programs.accumulate(fresh);
      engine.get().under(next.trainee());
      if (update != null) {
        updateBefore = programs.update();
        programs.update(update);
      }
      if (metric != null) {
        metricBefore = engine.get().metric();
        engine.get().metric(metric);
      }
      if (supply != null) {
        supplyBefore = engine.get().supply();
        engine.get().supply(supply);
      }
      return out;
    }

    @Override
    public void moveBack() {
      engine.get().programs.accumulate(before);
      engine.get().under(before.recipe().trainee());
      if (updateBefore != null) engine.get().programs.update(updateBefore);
      if (metricBefore != null) engine.get().metric(metricBefore);
      if (supplyBefore != null) engine.get().supply(supplyBefore);
      updateBefore = null;
      metricBefore = null;
      supplyBefore = null;
    }

    @Override
    public void settle() {
      before.close();
      if (updateBefore != null) updateBefore.close(update.moments());
      if (metricBefore != null) metricBefore.close();
      if (supplyBefore != null) supplyBefore.close();
      before = null;
      updateBefore = null;
      metricBefore = null;
      supplyBefore = null;
    }

    @Override
    public void drop() {
      if (fresh != null) fresh.close();
      if (update != null) update.close(update.moments());
      if (metric != null) metric.close();
      if (supply != null) supply.close();
      fresh = null;
      update = null;
      metric = null;
      supply = null;
    }
  }
}
