package org.vulpes.cli.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.util.TreeSet;
import org.vulpes.slot.InvalidInput;

/**
 * A device to be measured, and the bundle that its kernels come from.
 *
 * @param text as it was asked for, and as it stands in the table: {@code jvm}, {@code opencl:0}, {@code opencl:cpu/portable}
 * @param kernels null: what the configuration says
 */
public record BenchDevice(String text, String use, String which, String kernels) {

  /** Reads {@code DEVICE[:WHICH][/KERNELS]}. */
  public static BenchDevice of(String text) {
    int slash = text.indexOf('/'), colon = text.indexOf(':');
    String device = slash < 0 ? text : text.substring(0, slash), kernels = slash < 0 ? null : text.substring(slash + 1);
    String use = colon < 0 ? device : text.substring(0, colon), which = colon < 0 ? null : device.substring(colon + 1);
    if (use.isBlank() || which != null && which.isBlank() || kernels != null && kernels.isBlank()) {
      throw new InvalidInput("--devices takes jvm, opencl:0 or opencl:cpu/portable (a device and, behind a slash, the bundle its kernels come from), but has '" + text + "'.");
    }
    return new BenchDevice(text, use, which, kernels);
  }

  /** The configuration with this device, and its kernels in every family that they compute. */
  public Config in(Config config) {
    Config out = set(config, "device.use", use);
    if (which != null) out = set(out, "device." + use + ".which", which);
    if (kernels == null) return out;
    var known = new TreeSet<String>();
    boolean found = false;
    for (String family : config.getObject("kernels").keySet()) {
      known.addAll(config.getObject("kernels." + family).keySet());
      if (!config.hasPath("kernels." + family + "." + kernels)) continue;
      out = set(out, "kernels." + family + ".use", kernels);
      found = true;
    }
    known.remove("use");
    if (!found) throw new InvalidInput("--devices " + text + ": there are no kernels '" + kernels + "'; there are " + String.join(", ", known) + ".");
    return out;
  }

  private static Config set(Config config, String key, String value) {
    return config.withValue(key, ConfigValueFactory.fromAnyRef(value));
  }
}
