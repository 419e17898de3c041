package org.vulpes.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;

/**
 * The {@code reference.conf} of every installed bundle, also of those that do not resolve: a configuration that names their options gets
 * the reason why the plugin is refused, not "is not a key".
 */
final class Defaults {
  /** Written by hand, a few lines a plugin. */
  private static final int MOST_BYTES = 1 << 20;

  private final Map<Bundle, Config> byBundle = new LinkedHashMap<>();
  private final List<String> refusals = new ArrayList<>();

  /** Reads them in the order of the symbolic names; of one bundle in several versions the highest counts. */
  static Defaults read(BundleContext context) {
    var out = new Defaults();
    var named = new LinkedHashMap<String, Bundle>();
    Arrays.stream(context.getBundles()).filter(b -> b.getSymbolicName() != null && b.getState() != Bundle.UNINSTALLED)
        .sorted(Comparator.comparing(Bundle::getSymbolicName).thenComparing(Bundle::getVersion, Comparator.reverseOrder()))
        .forEach(b -> named.putIfAbsent(b.getSymbolicName(), b));
    named.values().forEach(out::read);
    return out;
  }

  private void read(Bundle b) {
    URL entry = b.getEntry("reference.conf");
    if (entry == null) return;
    try (var in = entry.openStream()) {
      byte[] text = in.readNBytes(MOST_BYTES);
      if (in.read() >= 0) throw new InvalidInput("it is larger than 1 MiB");
      byBundle.put(b, ConfigFile.defaults(text, "reference.conf of " + b.getSymbolicName()));
    } catch (IOException | InvalidInput e) {
      refusals.add("The defaults of bundle " + BundleRefusals.name(b) + " cannot be read: " + e.getMessage());
    }
  }

  /** All of them as one; where two bundles set one key, the first by symbolic name holds. */
  Config merged() {
    Config out = ConfigFactory.empty();
    for (Config c : byBundle.values()) out = out.withFallback(c);
    return out;
  }

  /** The bundles that know options for this plugin, whether they run or not. */
  List<Bundle> knowing(String slot, String use) {
    var out = new ArrayList<Bundle>();
    byBundle.forEach((b, c) -> {
      if (c.root().toConfig().hasPathOrNull(slot + "." + use)) out.add(b);
    });
    return out;
  }

  List<String> refusals() {
    return refusals;
  }
}
