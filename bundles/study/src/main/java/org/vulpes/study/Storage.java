package org.vulpes.study;

import com.typesafe.config.Config;
import java.nio.file.Path;
import org.vulpes.slot.Options;

/** Where a configuration's {@code storage} block puts things. */
public final class Storage {
  private Storage() {}

  /** Folder under which each study gets one of its own. */
  public static Path runs(Config config) {
    return Options.at(config, "storage").file("runs");
  }

  /** Folder of tokenizers and tokenised corpora, by the XDG rule unless the configuration names one. */
  public static Path cache(Config config) {
    var storage = Options.at(config, "storage");
    if (storage.has("cache")) return storage.file("cache").toAbsolutePath();
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base = xdg != null && !xdg.isBlank() ? Path.of(xdg) : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("vulpes");
  }
}
