package org.vulpes.interchange;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.vulpes.model.attention.GroupedQueryAttention;
import org.vulpes.model.depth.PerLayerDepth;
import org.vulpes.model.depth.UniformDepth;
import org.vulpes.model.embedding.TiedEmbedding;
import org.vulpes.model.embedding.UntiedEmbedding;
import org.vulpes.model.feedforward.GatedFeedForward;
import org.vulpes.model.feedforward.PlainFeedForward;
import org.vulpes.model.norm.LayerNormBrick;
import org.vulpes.model.norm.RmsNormBrick;
import org.vulpes.model.position.LearnedPosition;
import org.vulpes.model.position.NoPosition;
import org.vulpes.model.position.RotaryPosition;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

/** The stock bricks without a framework, with the defaults of their bundles. */
final class StockBricks implements Catalogue {
  private static final Map<String, Plugin<?>> PLUGINS = Map.ofEntries(
      Map.entry("model.attention=gqa", new GroupedQueryAttention()),
      Map.entry("model.depth=uniform", new UniformDepth()),
      Map.entry("model.depth=per-layer", new PerLayerDepth()),
      Map.entry("model.embedding=tied", new TiedEmbedding()),
      Map.entry("model.embedding=untied", new UntiedEmbedding()),
      Map.entry("model.feedforward=gated", new GatedFeedForward()),
      Map.entry("model.feedforward=plain", new PlainFeedForward()),
      Map.entry("model.norm=rms", new RmsNormBrick()),
      Map.entry("model.norm=layer", new LayerNormBrick()),
      Map.entry("model.position=rope", new RotaryPosition()),
      Map.entry("model.position=none", new NoPosition()),
      Map.entry("model.position=learned", new LearnedPosition()));

  @Override
  public List<Entry> entries() {
    return List.of();
  }

  @Override
  public List<String> refusals() {
    return List.of();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Plugin<T> plugin(String slot, String use) {
    Plugin<?> plugin = PLUGINS.get(slot + "=" + use);
    if (plugin == null) throw new InvalidInput("No plugin '" + use + "' fills " + slot + ".");
    return (Plugin<T>) plugin;
  }

  @Override
  public Config reference() {
    // Files of configs/models also say the vocabulary of their tokenizer, whose bundle is not here.
    Config all = ConfigFactory.parseString("tokenizer {}");
    try {
      for (var url : java.util.Collections.list(StockBricks.class.getClassLoader().getResources("reference.conf"))) {
        try (var in = new InputStreamReader(url.openStream(), StandardCharsets.UTF_8)) {
          all = ConfigFactory.parseReader(in).withFallback(all);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }
}
