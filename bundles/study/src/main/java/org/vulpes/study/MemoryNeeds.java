package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.Memory;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.RunSettings;
import org.vulpes.training.StepCost;
import org.vulpes.training.Trainee;

/** What a trial of each arm takes of its device's memory, counted on the graph before anything is allocated. */
final class MemoryNeeds {
  private MemoryNeeds() {}

  /** Bytes at most, by arm. @throws InvalidInput when a device cannot be used, takes kernels that an arm has chosen not, or has no room for it */
  static SortedMap<String, Long> of(List<Arm> arms, Catalogue catalogue) {
    var byDevice = new LinkedHashMap<String, List<Arm>>();
    for (Arm a : arms) byDevice.computeIfAbsent(a.config().getValue("device").render(ConfigRenderOptions.concise()), _ -> new ArrayList<>()).add(a);
    var out = new TreeMap<String, Long>();
    for (List<Arm> alike : byDevice.values()) {
      Config config = alike.getFirst().config();
      DeviceProvider provider = catalogue.create(config, "device");
      provider.refusal().ifPresent(why -> {
        throw new InvalidInput("device = " + config.getString("device.use") + " cannot be used here: " + why);
      });
      try (Device device = provider.open(1)) {
        for (Arm a : alike) out.put(a.name(), of(a, device, catalogue));
      }
    }
    return out;
  }

  private static long of(Arm arm, Device device, Catalogue catalogue) {
    Optimizer optimizer = catalogue.create(arm.config(), "optimizer");
    List<KernelFamily> families = KernelFamily.ALL.stream().map(f -> catalogue.<KernelFamily>create(arm.config(), "kernels." + f)).toList();
    for (KernelFamily f : families) f.refusal(device.info()).ifPresent(why -> {
      throw new InvalidInput("'" + arm.name() + "' cannot be trained: " + why);
    });
    Memory needs = StepCost.memory(Trainee.of(arm.config(), catalogue, arm.vocabulary()), optimizer, arm.lessons(), RunSettings.of(arm.config()).microBatchTokens(), device, families);
    Memory room = device.room();
    if (needs.bytes() > room.bytes()) throw tooLarge(arm, device, "takes " + words(needs.bytes()) + " of memory, and the device has " + words(room.bytes()));
    if (needs.largest() > room.largest()) {
      throw tooLarge(arm, device, "takes " + words(needs.largest()) + " of memory in one piece, and the device gives at most " + words(room.largest()) + " in one");
    }
    return needs.bytes();
  }

  private static InvalidInput tooLarge(Arm arm, Device device, String why) {
    return new InvalidInput("'" + arm.name() + "' does not fit on " + device.info().id() + " (" + device.info().name() + "): it " + why
        + ". Make training.micro-batch-tokens, the sequences or the model smaller, or choose another device.");
  }

  /** As people say it. */
  static String words(long bytes) {
    return bytes < 10_000_000_000L ? String.format(Locale.ROOT, "%,.0f MB", bytes / 1e6) : String.format(Locale.ROOT, "%,.1f GB", bytes / 1e9);
  }
}
