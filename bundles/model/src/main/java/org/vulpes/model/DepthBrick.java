package org.vulpes.model;

import com.typesafe.config.Config;
import java.util.List;

/** Decides how many blocks there are and how each differs. */
@FunctionalInterface
public interface DepthBrick {
  /**
   * One configuration for each block, first to last: the {@code model} block of the run's configuration with that block's overrides laid over it
   * ({@code attention.gqa.heads}, {@code feedforward.gated.width}, {@code position.use}, …).
   */
  List<Config> blocks(Config model);
}
