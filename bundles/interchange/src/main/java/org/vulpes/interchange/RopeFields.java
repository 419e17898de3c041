package org.vulpes.interchange;

import java.util.LinkedHashMap;
import java.util.Map;

/** Rotary positions as {@code config.json} says them: {@code rope_theta} with {@code rope_scaling}, or since transformers 5 all in {@code rope_parameters}. */
final class RopeFields {
  private RopeFields() {}

  /** Keys below {@code position.rope}. @param theta when none is given @param fraction of a head that is rotated, when {@code rope_parameters} do not say */
  static Map<String, Object> read(Fields f, double theta, double fraction) {
    double top = f.number("rope_theta", theta);
    if (f.isBlock("rope_parameters")) return scaled(f.block("rope_parameters"), top, fraction);
    if (f.isBlock("rope_scaling")) return scaled(f.block("rope_scaling"), top, fraction);
    if (f.has("rope_scaling")) throw f.wrong("rope_scaling", "must be null or a block { … }");
    return plain(top, fraction);
  }

  static Map<String, Object> plain(double theta, double fraction) {
    var out = new LinkedHashMap<String, Object>();
    out.put("theta", theta);
    out.put("fraction", fraction);
    out.put("scaling", "none");
    return out;
  }

  static Map<String, Object> scaled(Fields f, double theta, double fraction) {
    Map<String, Object> out = plain(f.number("rope_theta", theta), f.number("partial_rotary_factor", fraction));
    // Older files say "type"; some say both.
    String legacy = f.text("type", "default");
    String type = f.text("rope_type", legacy);
    switch (type) {
      case "default" -> {}
      case "linear" -> {
        out.put("scaling", "linear");
        out.put("linear.factor", required(f, "factor"));
      }
      case "llama3" -> {
        out.put("scaling", "llama3");
        out.put("llama3.factor", required(f, "factor"));
        out.put("llama3.low", required(f, "low_freq_factor"));
        out.put("llama3.high", required(f, "high_freq_factor"));
        out.put("llama3.original-length", f.size("original_max_position_embeddings"));
      }
      default -> throw f.wrong("rope_type", "'" + type + "' is not known here; default, linear and llama3 are");
    }
    f.finish();
    return out;
  }

  private static double required(Fields f, String key) {
    if (!f.has(key)) throw f.wrong(key, "is missing");
    return f.number(key, 0);
  }
}
