package org.vulpes.model.position;

import org.osgi.service.component.annotations.Component;
import org.vulpes.model.PositionBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** No positions (NoPE, Kazemnejad et al. 2023): the causal mask alone tells them apart. */
@Component
@Fills(slot = "model.position", use = "none")
public final class NoPosition implements Plugin<PositionBrick> {

  @Override
  public PositionBrick create(Options options) {
    return (scope, x, headDim) -> x;
  }
}
