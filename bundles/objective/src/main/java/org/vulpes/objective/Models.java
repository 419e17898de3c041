package org.vulpes.objective;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.model.Decoder;

/**
 * The models that an objective may put into a graph.
 *
 * @param policy what is trained
 * @param frozen by role, each under its role's name ({@link Decoder#as})
 */
public record Models(Decoder policy, SortedMap<String, Decoder> frozen) {
  public Models {
    frozen = Collections.unmodifiableSortedMap(new TreeMap<>(frozen));
  }

  public static Models of(Decoder policy) {
    return new Models(policy, new TreeMap<>());
  }

  /** @throws IllegalArgumentException for a role that the objective did not declare */
  public Decoder role(String name) {
    Decoder d = frozen.get(name);
    if (d == null) throw new IllegalArgumentException("An objective asks for the role '" + name + "', which it does not declare in roles(); it declares " + frozen.keySet() + ".");
    return d;
  }
}
