package org.vulpes.study;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.SpeedProbe;

/**
 * {@code device = auto}: the device that trains most of the baseline's tokens in a second, over the trials that run on it side by side, measured once for a study. From then on the plan names it, and every trial, resumption and replay runs
 * on it: another device would be another experiment.
 */
final class DeviceChoice {
  private static final String AUTO = "auto";
  /** Tokens that the probe's made-up text has: the rate of everything but the head does not depend on them. */
  private static final int VOCABULARY = 4096;

  private DeviceChoice() {}

  /**
   * @param root whole configuration
   * @param baseline of which the speed counts
   * @param trials that may run at the same time
   * @param folder of the study
   * @return the configuration with a device that is not auto
   * @throws InvalidInput when no device can be used, with the reason of each
   */
  static Config resolve(Config root, Config baseline, int trials, Path folder, Catalogue catalogue, StudyListener listener) {
    if (!root.getString("device.use").equals(AUTO)) return root;
    Optional<String> planned = PlanFile.device(folder);
    if (planned.isPresent()) return with(root, planned.get(), catalogue);
    var rates = new LinkedHashMap<String, Double>();
    var refused = new ArrayList<String>();
    for (Catalogue.Entry e : catalogue.entries()) {
      if (!e.slot().equals("device")) continue;
      DeviceProvider provider = catalogue.create(with(root, e.use(), catalogue), "device");
      // Where there are none, it may be for want of a driver.
      if (provider.devices().isEmpty()) provider.refusal().ifPresent(why -> refused.add(e.use() + ": " + why));
      for (String device : provider.devices()) {
        try {
          rates.put(device, rate(with(baseline, device, catalogue), trials, catalogue));
        } catch (InvalidInput | OutOfDeviceMemory | DeviceLost why) {
          refused.add(device + ": " + why.getMessage());
        }
      }
    }
    String best = rates.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey)
        .orElseThrow(() -> new InvalidInput("device = auto finds no device that can be used: " + String.join(" ", refused)));
    listener.said("device = auto: " + best + "; tokens a second that the baseline trains at" + (trials > 1 ? ", over all trials side by side" : "") + ", measured for some seconds each: "
        + String.join(", ", rates.entrySet().stream().map(e -> String.format(Locale.ROOT, "%s %,.0f", e.getKey(), e.getValue())).toList())
        + (refused.isEmpty() ? "" : "; left out: " + String.join(" ", refused)));
    return with(root, best, catalogue);
  }

  /** A device that has one thread when it is asked for one shares the cores between trials; another takes all for each, and trials wait for each other. */
  private static double rate(Config config, int trials, Catalogue catalogue) {
    DeviceProvider provider = catalogue.create(config, "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput(why);
    });
    int cores = Runtime.getRuntime().availableProcessors(), sideBySide = Math.min(trials, cores);
    try (Device one = provider.open(1)) {
      if (one.info().threads() != 1) sideBySide = 1;
    }
    int threads = config.getInt("training.threads") > 0 ? config.getInt("training.threads") : cores / sideBySide;
    return sideBySide * SpeedProbe.tokensPerSecond(Arms.threads(config, threads), catalogue, VOCABULARY);
  }

  private static Config with(Config config, String device, Catalogue catalogue) {
    return ConfigFile.lay(List.of("device=" + device), config, catalogue.reference());
  }
}
