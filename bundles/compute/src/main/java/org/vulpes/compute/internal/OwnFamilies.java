package org.vulpes.compute.internal;

import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OwnKernels;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Leaves a family of kernels to the device: what every slot {@code kernels.<family>} begins with. */
public abstract class OwnFamilies implements Plugin<KernelFamily> {
  private final String family;

  private OwnFamilies(String family) {
    this.family = family;
  }

  @Override
  public KernelFamily create(Options options) {
    return new OwnKernels(family);
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.attention", use = "device")
  public static final class Attention extends OwnFamilies {
    public Attention() {
      super("attention");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.elementwise", use = "device")
  public static final class Elementwise extends OwnFamilies {
    public Elementwise() {
      super("elementwise");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.gemm", use = "device")
  public static final class Gemm extends OwnFamilies {
    public Gemm() {
      super("gemm");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.loss", use = "device")
  public static final class Loss extends OwnFamilies {
    public Loss() {
      super("loss");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.norm", use = "device")
  public static final class Norm extends OwnFamilies {
    public Norm() {
      super("norm");
    }
  }

  @Component(service = Plugin.class)
  @Fills(slot = "kernels.optimizer", use = "device")
  public static final class Optimizer extends OwnFamilies {
    public Optimizer() {
      super("optimizer");
    }
  }
}
