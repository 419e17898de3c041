package org.vulpes.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.graph.ShapeMismatch;

/** The parameters that the bricks of one decoder ask for: collected when it is assembled, then only looked up. */
final class Declarations {
  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private boolean complete;

  void complete() {
    complete = true;
  }

  List<Parameter> all() {
    return List.copyOf(new ArrayList<>(byName.values()));
  }

  /** The first declaration of a name decides its part and its start; a later one (a tied head) must agree in shape. */
  void declare(Parameter parameter) {
    Parameter known = byName.get(parameter.name());
    if (known == null) {
      if (complete) {
        throw new IllegalStateException("parameter '" + parameter.name() + "' appears only at some shapes of the input; a brick must "
            + "declare the same parameters every time");
      }
      byName.put(parameter.name(), parameter);
    } else if (!known.shape().sameSizes(parameter.shape())) {
      throw new ShapeMismatch("parameter '" + parameter.name() + "' is declared as " + known.shape() + " and as " + parameter.shape());
    }
  }
}
