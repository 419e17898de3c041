package org.vulpes.training;

import java.util.List;
import java.util.function.Supplier;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;

/**
 * A family of kernels, held against the device's own before it takes over. Validation goes on with the device's own kernels, so that measures before and after compare.
 */
final class KernelsSlot extends RecipeSlot<KernelFamily> {
  /** Largest relative distance of a gradient from the one by the device's own kernels: some thousand roundings of F32. */
  static final double TOLERANCE = 1e-3;

  private final String family;

  KernelsSlot(String family, Supplier<Engine> engine, Supplier<List<MicroBatches.Shape>> shapes) {
    super("kernels." + family, engine, shapes);
    this.family = family;
  }

  @Override
  Recipe with(Recipe now, Maker<KernelFamily> maker) {
    return now.with(check(maker.get(), family, engine.get().device.info()));
  }

  @Override
  void judge(Recipe before, Recipe after, DeviceProvider device, MicroBatches.Shape shape) {
    KernelFamily candidate = after.kernels().get(family);
    if (candidate instanceof OwnKernels) return;
    Rehearsal.of(device, after, shape).near(Rehearsal.of(device, after.with(new OwnKernels(family)), shape), TOLERANCE, "the device's own kernels");
  }

  @Override
  boolean updates() {
    return true;
  }

  /** @throws InvalidInput when it computes another family, or cannot work on this device */
  static KernelFamily check(KernelFamily candidate, String family, DeviceInfo device) {
    if (!candidate.family().equals(family)) throw new InvalidInput("kernels." + family + " = " + candidate.name() + " computes the family '" + candidate.family() + "'; that plugin's slot is wrong.");
    candidate.refusal(device).ifPresent(why -> {
      throw new InvalidInput(why);
    });
    return candidate;
  }
}
