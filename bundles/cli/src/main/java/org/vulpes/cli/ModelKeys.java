package org.vulpes.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.Set;
import org.vulpes.slot.Spelling;

/** Keys of overrides that are mostly about the model, so that {@code attention.gqa.heads} may stand for {@code model.attention.gqa.heads}. */
record ModelKeys(Config reference) {

  /**
   * The assignment with its whole key. A key whose first part is known at the root (model, curriculum, tokenizer, …) stays; any other is one of the
   * model, unless it is nearly spelt like one of the root.
   */
  String full(String assignment) {
    int equals = assignment.indexOf('=');
    if (equals < 1) return assignment;
    String first;
    try {
      first = ConfigUtil.splitPath(assignment.substring(0, equals).strip()).getFirst();
    } catch (ConfigException.BadPath e) {
      return assignment;
    }
    Set<String> root = reference.root().keySet();
    Set<String> model = reference.getConfig("model").root().keySet();
    if (root.contains(first) || !model.contains(first) && Spelling.hint(first, model).isEmpty() && !Spelling.hint(first, root).isEmpty()) return assignment;
    return "model." + assignment.strip();
  }

  /** What legal assignments set, as a configuration. */
  static Config config(List<String> assignments) {
    Config out = ConfigFactory.empty();
    for (String a : assignments) {
      int equals = a.indexOf('=');
      out = ConfigFactory.parseString("value = " + a.substring(equals + 1)).getValue("value").atPath(a.substring(0, equals).strip()).withFallback(out);
    }
    return out;
  }

  /** "model.layers=3" as a line of a configuration. */
  static String hocon(String assignment) {
    int equals = assignment.indexOf('=');
    return assignment.substring(0, equals).strip() + " = " + assignment.substring(equals + 1).strip();
  }
}
