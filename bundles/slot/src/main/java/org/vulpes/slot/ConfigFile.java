package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads a HOCON file that a user wrote, and refuses every mistake in it with file, line and key.
 *
 * <p>Includes are relative to the file that includes, and must exist. {@code ${…}} sees the file, what it includes and the defaults, but
 * neither environment variables nor system properties: the same file means the same everywhere.
 */
public final class ConfigFile {
  /** A configuration is written by hand; what is larger is something else, handed over by mistake. */
  private static final long MOST_BYTES = 1 << 20;
  private static final int MOST_INCLUDES_DEEP = 32;
  private static final String DEVICE = "device";

  private ConfigFile() {}

  /**
   * The file over the defaults, resolved and checked against them ({@link LegalKeys}).
   *
   * @param overrides {@code key=value} in the order of the command line; they win over the file, later ones over earlier ones
   * @param reference {@link Catalogue#reference()}
   * @throws InvalidInput when anything is wrong with the file or an override
   */
  public static Config load(Path file, List<String> overrides, Config reference) {
    Config written = shorthand(parse(file, List.of()));
    for (String o : overrides) written = override(o).withFallback(written);
    Config resolved = resolve(written.withFallback(reference));
    LegalKeys.of(resolve(reference)).check(resolved);
    return resolved;
  }

  /** Checks what was put together elsewhere against the defaults. @throws InvalidInput for keys that nobody knows and values of another type */
  public static void check(Config resolved, Config reference) {
    LegalKeys.of(resolve(reference)).check(resolved);
  }

  /** A resolved configuration with {@code key=value} laid over it and defaults below, checked. @throws InvalidInput when an override is wrong */
  public static Config lay(List<String> overrides, Config over, Config reference) {
    Config out = over;
    for (String o : overrides) out = override(o).withFallback(out);
    Config resolved = resolve(out.withFallback(reference));
    for (String o : overrides) LegalKeys.of(resolve(reference)).check(override(o));
    return resolved;
  }

  /** {@code device = "opencl:gpu"} is short for {@code device { use = opencl, opencl.which = gpu }}. */
  private static Config shorthand(Config written) {
    ConfigValue device = written.hasPathOrNull(DEVICE) ? written.getValue(DEVICE) : null;
    if (device == null || device.valueType() != ConfigValueType.STRING) return written;
    String[] parts = ((String) device.unwrapped()).strip().split("\\s*:\\s*", 2);
    Config out = written.withValue(DEVICE + ".use", ConfigValueFactory.fromAnyRef(parts[0]).withOrigin(device.origin()));
    return parts.length == 1 ? out : out.withValue(DEVICE + "." + ConfigUtil.quoteString(parts[0]) + ".which", ConfigValueFactory.fromAnyRef(parts[1]).withOrigin(device.origin()));
  }

  /** The default configuration with a device as a command line names it: {@code jvm}, {@code opencl:0}. */
  public static Config device(String name, Config reference) {
    return resolve(shorthand(ConfigFactory.empty().withValue(DEVICE, ConfigValueFactory.fromAnyRef(name, "--device " + name))).withFallback(reference));
  }

  private static Config parse(Path file, List<Path> including) {
    try {
      String text = read(file);
      var options = ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setAllowMissing(false)
          .setIncluder(new RelativeIncludes(file, text, including));
      return ConfigFactory.parseFile(file.toFile(), options);
    } catch (ConfigException.Parse e) {
      throw new InvalidInput(complaint(e), e);
    } catch (IOException | ConfigException.IO e) {
      throw new InvalidInput(shown(file) + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static String read(Path file) throws IOException {
    if (!Files.exists(file)) throw new InvalidInput(shown(file) + " does not exist; give the path of a configuration file (*.conf).");
    if (!Files.isRegularFile(file)) throw new InvalidInput(shown(file) + " is not a file; give the path of a configuration file (*.conf).");
    if (Files.size(file) > MOST_BYTES) throw new InvalidInput(shown(file) + " is larger than 1 MiB and so is no configuration file.");
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InvalidInput(shown(file) + " is not UTF-8 text.", e);
    }
  }

  private static Config override(String assignment) {
    int equals = assignment.indexOf('=');
    String said = "--set " + assignment + ": ";
    if (equals < 1) throw new InvalidInput(said + "write it as key=value, for instance --set model.layers=3.");
    String key = assignment.substring(0, equals).strip();
    String raw = assignment.substring(equals + 1).strip();
    // A colon would have to be quoted, and the shell takes the quotes away, unless they are quoted too.
    if (key.equals(DEVICE) && raw.matches("[\\w:. -]+|\"[^\"]*\"")) {
      return shorthand(ConfigFactory.empty().withValue(DEVICE, ConfigValueFactory.fromAnyRef(raw.replace("\"", ""), "--set " + assignment)));
    }
    try {
      ConfigUtil.splitPath(key);
      var options = ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription("--set " + assignment)
          .setIncluder(new NoIncludes(said));
      ConfigObject value = ConfigFactory.parseString("value = " + assignment.substring(equals + 1), options).root();
      if (value.size() != 1) throw new InvalidInput(said + "one key at a time; quote a value that holds a comma.");
      return ConfigFactory.empty().withValue(key, value.get("value"));
    } catch (ConfigException.BadPath e) {
      throw new InvalidInput(said + "'" + key + "' is no key.", e);
    } catch (ConfigException e) {
      throw new InvalidInput(said + "the value cannot be read; quote texts that hold other signs than letters, digits and - _ . /.", e);
    }
  }

  private static Config resolve(Config config) {
    try {
      return config.resolve(ConfigResolveOptions.noSystem());
    } catch (ConfigException.UnresolvedSubstitution e) {
      var what = Pattern.compile("\\$\\{[^}]*}").matcher(String.valueOf(e.getMessage()));
      throw new InvalidInput(Options.place(e.origin()) + (what.find() ? what.group() : "A reference ${…}")
          + " refers to a key that is neither in the file, nor in what it includes, nor among the defaults.", e);
    } catch (ConfigException e) {
      throw new InvalidInput(complaint(e), e);
    }
  }

  /** The library's message, its "file: line: " written as everywhere else. */
  private static String complaint(ConfigException e) {
    String message = String.valueOf(e.getMessage());
    ConfigOrigin origin = e.origin();
    if (origin == null) return message;
    String prefix = origin.description() + ": ";
    if (message.startsWith(prefix)) message = message.substring(prefix.length());
    // The library names the wrong bracket.
    if (message.endsWith("not: end of file")) message = "the file ends inside a block { … } or a list [ … ]; a closing bracket is missing";
    return Options.place(origin) + message + (message.endsWith(".") || message.endsWith(")") ? "" : ".");
  }

  private static String shown(Path file) {
    return Options.shown(file);
  }

  /** Takes includes from beside the including file; the library would look on the class path and pass over what is missing. */
  private record RelativeIncludes(Path file, String text, List<Path> including) implements FilesOnly {

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      Path target = file.resolveSibling(what).normalize();
      if (!Files.exists(target)) throw new InvalidInput(place(what) + "includes \"" + what + "\", which does not exist (" + shown(target) + ").");
      var chain = new ArrayList<>(including);
      chain.add(file.toAbsolutePath().normalize());
      if (chain.contains(target.toAbsolutePath()) || chain.size() > MOST_INCLUDES_DEEP) {
        throw new InvalidInput(place(what) + "includes \"" + what + "\", which includes this file again.");
      }
      return parse(target, chain).root();
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return include(context, what.getPath());
    }

    @Override
    public InvalidInput refusal(String what) {
      return new InvalidInput(place(what) + "includes \"" + what + "\" from a URL or a class path; only files are included, as in include \"other.conf\".");
    }

    /** The library does not tell the line of an include. */
    private String place(String what) {
      var lines = text.lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).strip().startsWith("include") && lines.get(i).contains(what)) return shown(file) + ":" + (i + 1) + ": ";
      }
      return shown(file) + ": ";
    }
  }

  /** Every way in which a text can include another. The library takes over each way that an includer does not claim: it would open a URL, and pass over what the class path lacks. */
  private interface FilesOnly extends ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    default ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    default ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refusal(what.toString());
    }

    @Override
    default ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refusal(what);
    }

    InvalidInput refusal(String what);
  }

  private record NoIncludes(String said) implements FilesOnly {
    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refusal(what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw refusal(what.getPath());
    }

    @Override
    public InvalidInput refusal(String what) {
      return new InvalidInput(said + "\"" + what + "\" cannot be included here.");
    }
  }

  /** HOCON text with a name for messages, for the defaults that a bundle carries. */
  public static Config defaults(byte[] text, String name) {
    try {
      var options = ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(name).setIncluder(new NoIncludes(name + ": "));
      return ConfigFactory.parseString(new String(text, StandardCharsets.UTF_8), options);
    } catch (ConfigException e) {
      throw new InvalidInput(complaint(e), e);
    }
  }
}
