package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Typed reading of one block of a configuration. Every method throws {@link InvalidInput} with file, line and full key when the value is
 * missing, of another type or out of range.
 */
public final class Options {
  private final Config config;
  private final String path;
  private final Config root;

  private Options(Config config, String path, Config root) {
    this.config = config;
    this.path = path;
    this.root = root;
  }

  /** The block at {@code path} of a resolved configuration; an absent block reads as empty. */
  public static Options at(Config root, String path) {
    if (path.isEmpty()) return new Options(root, "", root);
    if (!root.hasPath(path)) return new Options(ConfigFactory.empty(), path, root);
    ConfigValue v = root.getValue(path);
    if (v.valueType() != ConfigValueType.OBJECT) {
      throw new InvalidInput(place(v) + path + " must be a block { … }, but is " + v.render(ConfigRenderOptions.concise()) + ".");
    }
    return new Options(((ConfigObject) v).toConfig(), path, root);
  }

  /** Options from HOCON text, for tests and programs without a file. */
  public static Options of(String hocon) {
    return at(ConfigFactory.parseString(hocon).resolve(), "");
  }

  /** The path of this block in the whole configuration, for messages. */
  public String path() {
    return path;
  }

  public Config config() {
    return config;
  }

  /** The whole configuration that this block is of, for plugins that look at other slots: problems and rewards belong to a run, not to one objective. */
  public Config root() {
    return root;
  }

  /** True when the key is present and not null. */
  public boolean has(String key) {
    return config.hasPath(key);
  }

  /** The keys directly in this block, in alphabetical order. */
  public List<String> keys() {
    return config.root().keySet().stream().sorted().toList();
  }

  public Options block(String key) {
    if (!config.hasPath(key)) return new Options(ConfigFactory.empty(), full(key), root);
    ConfigValue v = config.getValue(key);
    if (v.valueType() != ConfigValueType.OBJECT) throw wrong(key, "must be a block { … }, but is " + render(key));
    return new Options(((ConfigObject) v).toConfig(), full(key), root);
  }

  /** A list of blocks; empty when absent. */
  public List<Options> blocks(String key) {
    if (!config.hasPath(key)) return List.of();
    var out = new ArrayList<Options>();
    try {
      int i = 0;
      for (Config c : config.getConfigList(key)) out.add(new Options(c, full(key) + "[" + i++ + "]", root));
    } catch (ConfigException e) {
      throw wrong(key, "must be a list of blocks");
    }
    return out;
  }

  public int integer(String key, int least, int most) {
    return (int) whole(key, least, most);
  }

  public long whole(String key, long least, long most) {
    double v = read(key, "a whole number", Config::getDouble);
    if (v != Math.rint(v)) throw wrong(key, "must be a whole number, but is " + render(key));
    // Beyond, the library would answer with the nearest long.
    if (Math.abs(v) >= 0x1p63) throw wrong(key, "must be below 2^63, but is " + render(key));
    long n = read(key, "a whole number", Config::getLong);
    if (n < least || n > most) throw wrong(key, "must be " + (most < Integer.MAX_VALUE ? "from " + least + " to " + most : "at least " + least) + ", but is " + n);
    return n;
  }

  public double number(String key, double least, double most) {
    double v = read(key, "a number", Config::getDouble);
    if (!(v >= least && v <= most)) throw wrong(key, "must be from " + least + " to " + most + ", but is " + render(key));
    return v;
  }

  public boolean flag(String key) {
    return read(key, "true or false", Config::getBoolean);
  }

  public String text(String key) {
    return read(key, "text", Config::getString);
  }

  /** The path of a file or folder, as written. */
  public Path file(String key) {
    try {
      return Path.of(text(key));
    } catch (InvalidPathException e) {
      throw wrong(key, "is no path: " + e.getReason());
    }
  }

  /** One of the given words. */
  public String choice(String key, String... allowed) {
    String s = text(key);
    if (!Arrays.asList(allowed).contains(s)) {
      throw wrong(key, "must be one of " + String.join(", ", allowed) + ", but is '" + s + "'" + Spelling.hint(s, Arrays.asList(allowed)));
    }
    return s;
  }

  public List<Double> numbers(String key) {
    return config.hasPath(key) ? List.copyOf(read(key, "a list of numbers", Config::getDoubleList)) : List.of();
  }

  /** A list of whole numbers, each from {@code least} to {@code most}. */
  public List<Long> wholes(String key, long least, long most) {
    var out = new ArrayList<Long>();
    for (double v : numbers(key)) {
      if (v != Math.rint(v) || v < least || v > most || Math.abs(v) >= 0x1p53) throw wrong(key, "must hold whole numbers from " + least + ", below 2^53, but is " + render(key));
      out.add((long) v);
    }
    return List.copyOf(out);
  }

  public List<Integer> integers(String key) {
    return config.hasPath(key) ? List.copyOf(read(key, "a list of whole numbers", Config::getIntList)) : List.of();
  }

  public List<String> texts(String key) {
    return config.hasPath(key) ? List.copyOf(read(key, "a list of texts", Config::getStringList)) : List.of();
  }

  /** A block whose keys are free names and whose values are numbers, for instance domain weights, in alphabetical order of the names. */
  public Map<String, Double> weights(String key) {
    var out = new LinkedHashMap<String, Double>();
    var block = block(key);
    for (String k : block.keys()) out.put(k, block.number(ConfigUtil.joinPath(k), 0, Double.MAX_VALUE));
    return out;
  }

  /** The complaint about a value, for checks that only the caller can make ("heads = 6 is not divisible by kv-heads = 4"). */
  public InvalidInput wrong(String key, String what) {
    ConfigValue v = config.hasPathOrNull(key) && config.hasPath(key) ? config.getValue(key) : null;
    return new InvalidInput((v == null ? "" : place(v)) + full(key) + " " + what + (what.endsWith("?") ? "" : "."));
  }

  private interface Read<T> {
    T from(Config c, String key);
  }

  private <T> T read(String key, String kind, Read<T> read) {
    try {
      return read.from(config, key);
    } catch (ConfigException.Missing e) {
      throw new InvalidInput((config.isEmpty() ? "" : place(config.root())) + full(key) + " is missing; it must be " + kind + ".");
    } catch (ConfigException e) {
      throw wrong(key, "must be " + kind + ", but is " + render(key));
    }
  }

  private String render(String key) {
    return config.getValue(key).render(ConfigRenderOptions.concise());
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** "file:line: " of a value, or nothing when it comes from no file. */
  public static String place(ConfigValue v) {
    return place(v.origin());
  }

  static String place(ConfigOrigin o) {
    String line = o.lineNumber() > 0 ? ":" + o.lineNumber() : "";
    if (o.filename() != null) return shown(Path.of(o.filename())) + line + ": ";
    String name = o.description();
    if (name == null || name.startsWith("merge of") || name.startsWith("withValue(") || name.startsWith("String") || name.startsWith("hardcoded")) return "";
    // The library writes the line into the description of what is no file.
    if (!line.isEmpty() && name.endsWith(": " + o.lineNumber())) name = name.substring(0, name.length() - line.length() - 1);
    return name.startsWith("--set ") ? name + ": " : name + line + ": ";
  }

  /** A path as the user would write it: relative to the working directory when below it. */
  static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path full = file.toAbsolutePath().normalize();
    return full.startsWith(here) ? here.relativize(full).toString() : full.toString();
  }
}
