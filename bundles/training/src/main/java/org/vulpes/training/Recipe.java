package org.vulpes.training;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.KernelFamily;

/**
 * What the programs of a training step are made of, but for the optimizer.
 *
 * @param kernels implementations that replace the device's own, by family
 */
record Recipe(Trainee trainee, Map<String, KernelFamily> kernels) {
  Recipe {
    kernels = Map.copyOf(kernels);
  }

  Recipe with(Trainee other) {
    return new Recipe(other, kernels);
  }

  Recipe with(KernelFamily family) {
    var all = new TreeMap<>(kernels);
    all.put(family.family(), family);
    return new Recipe(trainee, all);
  }

  /** In the order of their names. */
  List<KernelFamily> families() {
    return List.copyOf(new TreeMap<>(kernels).values());
  }
}
