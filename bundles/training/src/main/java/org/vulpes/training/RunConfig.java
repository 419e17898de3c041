package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.vulpes.slot.InvalidInput;

/**
 * A run's configuration as a file in its folder, whole and resolved. A comment at each value that a person wrote says where: who reads the file again (a replay, a fork) then has relative paths start
 * where they did, and complains about that person's own line.
 */
final class RunConfig {
  private static final String WRITTEN = " written in ";
  private static final Pattern PLACE = Pattern.compile(WRITTEN + "(.+): (\\d+)");
  private static final String COMMAND_LINE = "--set";

  private RunConfig() {}

  static String render(Config config) {
    return noted(config.withoutPath("study").root()).render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }

  /** @throws InvalidInput when it cannot be what a run wrote */
  static Config read(Path file) {
    try {
      return ((ConfigObject) restored(ConfigFactory.parseFile(file.toFile()).resolve().root())).toConfig();
    } catch (ConfigException e) {
      throw new InvalidInput(file + " is not the configuration that the run wrote; it was altered.", e);
    }
  }

  private interface Place {
    ConfigOrigin of(ConfigOrigin origin);
  }

  private static ConfigValue noted(ConfigValue value) {
    return each(value, origin -> {
      var comments = new ArrayList<>(origin.comments());
      comments.removeIf(c -> PLACE.matcher(c).matches());
      String file = origin.filename() != null ? Path.of(origin.filename()).toAbsolutePath().toString()
          : origin.description().startsWith(COMMAND_LINE + " ") ? Path.of(COMMAND_LINE).toAbsolutePath().toString() : "";
      if (!file.isEmpty()) comments.add(WRITTEN + file + ": " + Math.max(origin.lineNumber(), 1));
      return origin.withComments(comments);
    });
  }

  private static ConfigValue restored(ConfigValue value) {
    return each(value, origin -> {
      for (String c : origin.comments()) {
        var place = PLACE.matcher(c);
        if (place.matches()) return ConfigOriginFactory.newFile(place.group(1)).withLineNumber(Integer.parseInt(place.group(2))).withComments(origin.comments());
      }
      return origin;
    });
  }

  /** Every text and number at the place that is said. */
  private static ConfigValue each(ConfigValue value, Place place) {
    return switch (value) {
      case ConfigObject block -> {
        ConfigObject out = block;
        for (var e : block.entrySet()) out = out.withValue(e.getKey(), each(e.getValue(), place));
        yield out;
      }
      case ConfigList list -> {
        List<ConfigValue> out = new ArrayList<>();
        for (ConfigValue v : list) out.add(each(v, place));
        yield ConfigValueFactory.fromIterable(out).withOrigin(list.origin());
      }
      default -> value.withOrigin(place.of(value.origin()));
    };
  }
}
