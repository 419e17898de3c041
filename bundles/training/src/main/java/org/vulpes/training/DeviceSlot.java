package org.vulpes.training;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/**
 * The device. Everything that a run has on a device is made on the new one beside the loop, programs included; at the handover the values of weights and moments are copied,
 * which takes as long as their bytes need. The old device is closed after the probation, so both need memory until then.
 */
final class DeviceSlot implements Slot<DeviceProvider> {
  private final Supplier<Engine> engine;
  private final Consumer<Engine> exchange;
  private final Supplier<List<MicroBatches.Shape>> shapes;

  /** @param shapes that the present lesson needs, for a swap before the first step */
  DeviceSlot(Supplier<Engine> engine, Consumer<Engine> exchange, Supplier<List<MicroBatches.Shape>> shapes) {
    this.engine = engine;
    this.exchange = exchange;
    this.shapes = shapes;
  }

  @Override
  public String name() {
    return "device";
  }

  @Override
  public Kind kind() {
    return Kind.PROGRAM;
  }

  /** Weights and moments are the run's; a device has no state. */
  @Override
  public Snapshot save() {
    return Snapshot.empty("device");
  }

  @Override
  public Handover prepare(Maker<DeviceProvider> maker, Snapshot state) {
    DeviceProvider provider = usable(maker.get(), maker.use());
    Engine now = engine.get();
    try (Device tried = provider.open(1)) {
      for (var family : now.recipe().kernels().entrySet()) KernelsSlot.check(family.getValue(), family.getKey(), tried.info());
    }
    var known = now.programs.accumulate().shapes();
    var inUse = known.isEmpty() ? shapes.get() : List.copyOf(known);
    for (var shape : MicroBatches.Shape.least(inUse, now.recipe().trainee().objective().together())) {
      Rehearsal.of(provider, now.recipe(), shape).near(Rehearsal.of(now.provider, now.recipe(), shape), KernelsSlot.TOLERANCE, "the device that is there");
    }
    return new Exchange(now.on(provider, inUse));
  }

  /** @throws InvalidInput when the device cannot be used here */
  static DeviceProvider usable(DeviceProvider provider, String use) {
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("device = " + use + " cannot be used here: " + why);
    });
    return provider;
  }

  private final class Exchange implements Handover {
    private Engine fresh;
    private Engine before;

    Exchange(Engine fresh) {
      this.fresh = fresh;
    }

    @Override
    public Travelled move() {
      fresh.takeOver(engine.get());
      before = engine.get();
      exchange.accept(fresh);
      return new Travelled(List.of("weights and moments"), List.of(), List.of());
    }

    @Override
    public void moveBack() {
      exchange.accept(before);
      before = null;
    }

    @Override
    public void settle() {
      before.close();
      before = null;
    }

    @Override
    public void drop() {
      if (fresh != null) fresh.close();
      fresh = null;
    }
  }
}
