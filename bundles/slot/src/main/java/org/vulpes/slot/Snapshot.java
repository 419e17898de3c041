package org.vulpes.slot;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a slot's occupant at a boundary between two steps. Holds JDK types only (Boolean, Integer, Long, Double, String, and Lists and
 * Maps with text keys of these), never a class, lambda, enum or exception of a plugin: it is written as JSON and outlives the plugin.
 *
 * @param schema what the values mean, for instance {@code "curriculum-staged"}
 * @param version of the schema; a plugin refuses versions that it does not know
 */
public record Snapshot(String schema, int version, Map<String, Object> values) {
  public Snapshot {
    values = copy(schema, "", values);
  }

  /** A copy that shares nothing with the plugin. @throws InvalidInput when a value is of another type: its class would keep the plugin in memory, or could not be written */
  private static Map<String, Object> copy(String schema, String path, Map<?, ?> values) {
    var out = new TreeMap<String, Object>();
    values.forEach((k, v) -> {
      if (!(k instanceof String key)) throw foreign(schema, path, k);
      out.put(key, copy(schema, path.isEmpty() ? key : path + "." + key, v));
    });
    return Collections.unmodifiableMap(out);
  }

  private static Object copy(String schema, String path, Object value) {
    return switch (value) {
      case Boolean b -> b;
      case Integer i -> i;
      case Long l -> l;
      case Double d -> d;
      case String s -> s;
      case Map<?, ?> m -> copy(schema, path, m);
      case List<?> l -> l.stream().map(e -> copy(schema, path, e)).toList();
      case null, default -> throw foreign(schema, path, value);
    };
  }

  private static InvalidInput foreign(String schema, String path, Object value) {
    return new InvalidInput("State of '" + schema + "' holds " + (value == null ? "null" : "a " + value.getClass().getName()) + " at '" + path
        + "'; a snapshot holds whole numbers, numbers, texts, true or false, and lists and maps of these.");
  }

  /** The snapshot of something that has no state. */
  public static Snapshot empty(String schema) {
    return new Snapshot(schema, 1, Map.of());
  }

  /** @throws InvalidInput unless this is a snapshot of the given schema and version */
  public Snapshot expect(String schema, int version) {
    if (!this.schema.equals(schema) || this.version != version) {
      throw new InvalidInput("State of '" + this.schema + "' version " + this.version + " cannot be restored into '" + schema + "' version "
          + version + "; use the plugin and release that wrote the checkpoint.");
    }
    return this;
  }

  /** @throws InvalidInput when the value is missing or not a whole number */
  public long whole(String key) {
    if (values.get(key) instanceof Number n) return n.longValue();
    throw new InvalidInput("State of '" + schema + "' lacks the whole number '" + key + "'; the checkpoint is damaged.");
  }
}
