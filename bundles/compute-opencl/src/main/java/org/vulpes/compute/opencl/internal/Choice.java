package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Kernel;

/** Which texts may compute the calls of which family: what the configuration chose, else all that fit the device: those that have the precision first, of them the highest rank. */
final class Choice {
  private final List<KernelText> all;
  private final Map<String, KernelText> chosen;
  private final Precision precision;

  /** @param texts that do not refuse the device @param chosen by family @param precision that products must have, and others should */
  Choice(List<KernelText> texts, Map<String, KernelText> chosen, Precision precision) {
    all = texts.stream().sorted(Comparator.comparing((KernelText t) -> !t.precisions().contains(precision)).thenComparing(Comparator.comparingInt(KernelText::rank).reversed())).toList();
    this.chosen = chosen;
    this.precision = precision;
  }

  /** Those that may compute a kernel, the best first: products only in the precision that is asked for. */
  List<KernelText> texts(Kernel kernel) {
    List<KernelText> all = texts(kernel.family());
    return Precision.matters(kernel) ? all.stream().filter(t -> t.precisions().contains(precision)).toList() : all;
  }

  List<KernelText> texts(String family) {
    KernelText own = chosen.get(family);
    if (own == null) return all;
    if (!own.fallsBack()) return List.of(own);
    var out = new ArrayList<>(List.of(own));
    all.stream().filter(t -> !t.equals(own)).forEach(out::add);
    return out;
  }

  /** Every text of the precision once, for entries that join calls of several families. */
  List<KernelText> every() {
    var out = new ArrayList<KernelText>(chosen.values());
    for (KernelText t : all) if (!out.contains(t) && t.precisions().contains(precision)) out.add(t);
    return out;
  }

  Choice with(Map<String, KernelText> families) {
    var both = new HashMap<>(chosen);
    both.putAll(families);
    return new Choice(all, both, precision);
  }
}
