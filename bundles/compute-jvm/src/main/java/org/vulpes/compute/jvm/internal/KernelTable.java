package org.vulpes.compute.jvm.internal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Kernel;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.compute.UnsupportedKernel;

/** Which class of kernel is built by which builder. Each family registers its own. */
final class KernelTable {
  private final Map<Class<? extends Kernel>, KernelBuilder<?>> builders = new HashMap<>();
  /** One builder for every kernel of a family; goes before the class's own. */
  private final Map<String, KernelBuilder<Kernel>> families = new HashMap<>();

  /** The kernels of every family. */
  static KernelTable complete() {
    var table = new KernelTable();
    GemmKernels.register(table);
    LossKernels.register(table);
    PolicyKernels.register(table);
    DivergenceKernels.register(table);
    TopAndRestKernels.register(table);
    AttentionDivergenceKernels.register(table);
    PointwiseKernels.register(table);
    AttentionKernels.register(table);
    ArithmeticKernels.register(table);
    ColumnKernels.register(table);
    EmbeddingKernels.register(table);
    RopeKernels.register(table);
    ActivationKernels.register(table);
    NormKernels.register(table);
    OptimizerKernels.register(table);
    return table;
  }

  /** A copy in which families replace the device's own. */
  KernelTable with(List<KernelFamily> families) {
    var table = new KernelTable();
    table.builders.putAll(builders);
    for (KernelFamily f : families) {
      if (f instanceof OwnKernels) continue;
      if (!(f instanceof JvmKernels own)) throw new UnsupportedKernel("The jvm device cannot use kernels." + f.family() + " = " + f.name() + ", which is for another device.");
      own.register().accept(table);
    }
    return table;
  }

  <K extends Kernel> KernelTable with(Class<K> kernel, KernelBuilder<? super K> builder) {
    builders.put(kernel, builder);
    return this;
  }

  KernelTable family(String family, KernelBuilder<Kernel> builder) {
    families.put(family, builder);
    return this;
  }

  @SuppressWarnings("unchecked")
  Work[] build(Call call) {
    Kernel k = call.source().kernel();
    var builder = families.containsKey(k.family()) ? families.get(k.family()) : (KernelBuilder<Kernel>) builders.get(k.getClass());
    if (builder == null) {
      throw new UnsupportedKernel("The jvm device has no kernel '" + k.name() + "' (" + call.source().label() + "); run on device = reference, or add a kernel for it.");
    }
    return builder.build(k, call);
  }
}
