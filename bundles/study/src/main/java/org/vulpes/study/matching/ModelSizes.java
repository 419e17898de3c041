package org.vulpes.study.matching;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.vulpes.model.DepthBrick;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.model.InnerSize;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Options;

/**
 * The dimensions of a configuration's decoder and the keys that set them.
 *
 * @param feedForward name of the feed-forward plugin
 * @param inner as its brick says; empty when it has no single inner size
 */
record ModelSizes(Config config, Dimensions dimensions, String feedForward, Optional<InnerSize> inner) {
  /** Below this share of a size nothing is gained by a finer step: half of it moves the parameters by less than 1 %. */
  private static final int FINEST_SHARE = 64;

  static ModelSizes of(Config config, Catalogue catalogue) {
    Options model = Options.at(config, "model");
    int width = model.integer("width", 1, 1 << 20);
    int layers = model.integer("layers", 1, 1 << 20);
    FeedForwardBrick brick = catalogue.create(config, "model.feedforward");
    Optional<InnerSize> inner = brick.inner(width);
    return new ModelSizes(config, new Dimensions(width, inner.map(InnerSize::size).orElse(0), layers), model.block("feedforward").text("use"), inner);
  }

  /** The whole key that sets a dimension: {@code model.feedforward.gated.width}. */
  String key(Dimension d) {
    return d == Dimension.FFN ? "model.feedforward." + feedForward + "." + inner.orElseThrow().key() : "model." + d.word();
  }

  /** The configuration with these values in the place of the free ones. */
  Config with(Dimensions values, Set<Dimension> free) {
    Config out = config;
    for (Dimension d : free) {
      out = out.withValue(key(d), ConfigValueFactory.fromAnyRef(values.get(d)).withOrigin(ConfigOriginFactory.newSimple("solved by match")));
    }
    return out;
  }

  /**
   * Widths and inner widths are solved in steps: the largest power of two that is at most 1/64 of this model's own and divides it. So a solved
   * row is a whole number of vectors wherever the baseline's is (4 floats are a 128-bit vector, 64 a tile of a matrix product), and the step is
   * still fine enough that the inner width alone comes within 1 %.
   */
  Map<Dimension, Integer> steps() {
    return Map.of(Dimension.WIDTH, step(dimensions.width()), Dimension.FFN, step(dimensions.ffn()));
  }

  private static int step(int size) {
    int step = Integer.highestOneBit(Math.max(1, size / FINEST_SHARE));
    while (size % step != 0) step /= 2;
    return step;
  }

  /** The first block whose feed-forward part does not follow the key of the whole model, because an override sets it; empty when all do. */
  Optional<Integer> blockWithAnotherFfn(Catalogue catalogue) {
    DepthBrick depth = catalogue.create(config, "model.depth");
    int other = dimensions.ffn() + inner.orElseThrow().multiple();
    List<Config> blocks = depth.blocks(with(dimensions.with(Dimension.FFN, other), Set.of(Dimension.FFN)).getConfig("model"));
    String below = key(Dimension.FFN).substring("model.".length());
    for (int i = 0; i < blocks.size(); i++) {
      if (!blocks.get(i).getString("feedforward.use").equals(feedForward) || blocks.get(i).getInt(below) != other) return Optional.of(i);
    }
    return Optional.empty();
  }
}
