package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.Catalogue;

/**
 * What decides a run's bits beside its configuration, seed and text: device, and the code of every bundle that takes part. Journaled at the beginning of each session of a run.
 *
 * @param device id, version, SIMD width
 * @param bundles by symbolic name: version and SHA-256 of the jar
 */
record Circumstances(String device, Map<String, Bundle> bundles) {

  record Bundle(String version, String sha256) {}

  /** Here and now. */
  static Circumstances of(Config config, Catalogue catalogue) {
    DeviceProvider provider = catalogue.create(config, "device");
    return new Circumstances(RunMemory.told(provider), bundles(config, catalogue));
  }

  /** Of the plugins that the configuration names, and of the code that trains. */
  static Map<String, Bundle> bundles(Config config, Catalogue catalogue) {
    var out = new TreeMap<String, Bundle>();
    var used = new ArrayList<String>();
    uses(config.root(), "", used);
    for (Catalogue.Entry e : catalogue.entries()) {
      boolean surgery = e.slot().equals("surgery") && config.hasPath(Phase.KEY) && !config.getList(Phase.KEY).isEmpty();
      if (!e.bundle().isEmpty() && (surgery || used.contains(e.slot() + "=" + e.use()))) out.put(e.bundle(), new Bundle(e.version(), e.sha256()));
    }
    for (Catalogue.Entry e : catalogue.beneath(Circumstances.class)) out.put(e.bundle(), new Bundle(e.version(), e.sha256()));
    return out;
  }

  /** "curriculum=flat" for every block with a plugin's name, those of changes and swaps included. */
  private static void uses(ConfigValue value, String path, List<String> out) {
    if (value instanceof ConfigObject block) {
      block.forEach((key, inner) -> {
        if (key.equals("use") && inner.valueType() == ConfigValueType.STRING) {
          boolean swap = block.get("slot") != null;
          out.add((swap ? String.valueOf(block.get("slot").unwrapped()) : path) + "=" + inner.unwrapped());
        } else {
          uses(inner, path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key), out);
        }
      });
    } else if (value instanceof com.typesafe.config.ConfigList list) {
      // A change is laid over the whole configuration.
      list.forEach(inner -> uses(inner, "", out));
    }
  }

  /** For the journal. */
  static Map<String, Object> told(Map<String, Bundle> bundles) {
    var out = new TreeMap<String, Object>();
    bundles.forEach((name, b) -> out.put(name, new TreeMap<>(Map.of("version", b.version(), "sha256", b.sha256()))));
    return out;
  }

  /** What is another here than in a session of the journal, in words. */
  List<String> differences(Map<String, Object> session) {
    var out = new ArrayList<String>();
    if (!device.equals(session.get("device"))) out.add("the device was '" + session.get("device") + "' (from step " + session.get("step") + ") and is '" + device + "'");
    if (!(session.get("bundles") instanceof Map<?, ?> then)) return out;
    then.forEach((name, b) -> {
      Bundle now = bundles.get(String.valueOf(name));
      Map<?, ?> was = (Map<?, ?>) b;
      String before = name + " was " + was.get("version") + " with SHA-256 " + shortened(was.get("sha256"));
      if (now == null) out.add(before + " and is not installed");
      else if (!now.sha256().equals(was.get("sha256"))) out.add(before + " and is " + now.version() + " with SHA-256 " + shortened(now.sha256()));
    });
    return out;
  }

  static String shortened(Object sha256) {
    String s = String.valueOf(sha256);
    return s.length() > 12 ? s.substring(0, 12) + "…" : s;
  }
}
