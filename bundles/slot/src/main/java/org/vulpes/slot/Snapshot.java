package org.vulpes.slot;

import java.util.Map;
import java.util.TreeMap;

/**
 * The state of a slot's occupant at a boundary between two steps. Holds JDK types only (Boolean, Long, Double, String, and Lists and
 * Maps with text keys of these), never a class, lambda, enum or exception of a plugin: it is written as JSON and outlives the plugin.
 *
 * @param schema what the values mean, for instance {@code "curriculum-staged"}
 * @param version of the schema; a plugin refuses versions that it does not know
 */
public record Snapshot(String schema, int version, Map<String, Object> values) {
  public Snapshot {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
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
