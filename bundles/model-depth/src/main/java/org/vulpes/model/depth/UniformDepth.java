package org.vulpes.model.depth;

import java.util.Collections;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.DepthBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** {@code model.layers} equal blocks. */
@Component
@Fills(slot = "model.depth", use = "uniform")
public final class UniformDepth implements Plugin<DepthBrick> {
  /** Far more than any published model, few enough to be told apart from a slip of the finger. */
  static final int MOST = 4096;

  @Override
  public DepthBrick create(Options options) {
    return model -> Collections.nCopies(Options.at(model.atPath("model"), "model").integer("layers", 1, MOST), model);
  }
}
