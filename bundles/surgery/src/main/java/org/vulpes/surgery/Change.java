package org.vulpes.surgery;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Options;

/** A model before and after. */
public record Change(Anatomy before, Anatomy after) {

  /** Parameters of the new model that the old one has in another shape. */
  public List<Parameter> reshaped() {
    var old = shapes(before);
    return after.decoder().parameters().stream().filter(p -> old.containsKey(p.name()) && !Arrays.equals(old.get(p.name()), p.shape().sizes())).toList();
  }

  /** Whether both have the same parameters: names and shapes. */
  public boolean sameParameters() {
    var old = shapes(before);
    return old.size() == after.decoder().parameters().size() && after.decoder().parameters().stream().allMatch(p -> Arrays.equals(old.get(p.name()), p.shape().sizes()));
  }

  static Map<String, int[]> shapes(Anatomy a) {
    var out = new HashMap<String, int[]>();
    for (Parameter p : a.decoder().parameters()) out.put(p.name(), p.shape().sizes());
    return out;
  }

  /** The new value's block in the configuration, for complaints with file and line. */
  public Options options(String block) {
    return Options.at(after.config(), block);
  }
}
