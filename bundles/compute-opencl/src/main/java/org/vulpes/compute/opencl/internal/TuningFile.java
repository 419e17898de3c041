package org.vulpes.compute.opencl.internal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Tuned parameters on disk, by what they were tuned for. A file that cannot be read or written costs the tuning of the next run, no more. */
final class TuningFile {
  private final Path file;
  private final Map<String, Map<String, Long>> known = new HashMap<>();

  /** @param folder null: nothing is kept beyond this process */
  TuningFile(Path folder) {
    file = folder == null ? null : folder.resolve("tuned.json");
    if (file == null || !Files.isRegularFile(file)) return;
    try {
      Config all = ConfigFactory.parseString(Files.readString(file));
      all.root().forEach((key, value) -> {
        var parameters = new TreeMap<String, Long>();
        ((com.typesafe.config.ConfigObject) value).forEach((name, n) -> parameters.put(name, ((Number) n.unwrapped()).longValue()));
        known.put(key, parameters);
      });
    } catch (IOException | ConfigException | ClassCastException e) {
      known.clear();
    }
  }

  /** @return null when it was not tuned yet */
  synchronized Map<String, Long> get(String key) {
    return known.get(key);
  }

  synchronized void put(String key, Map<String, Long> parameters) {
    known.put(key, Map.copyOf(parameters));
    if (file == null) return;
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "tuned", ".part");
      Files.writeString(part, ConfigValueFactory.fromMap(new TreeMap<>(known)).render(ConfigRenderOptions.concise().setFormatted(true)) + "\n");
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Tuned again the next time.
    }
  }
}
