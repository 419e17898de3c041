package org.vulpes.study.matching;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

/** What decides sizes and FLOPs, without a framework, with the defaults of the bundles. */
final class StockPlugins implements Catalogue {
  static final Path MODELS = Path.of("../../configs/models");

  private static final Map<String, Plugin<?>> PLUGINS = Map.ofEntries(
      Map.entry("curriculum=flat", new org.vulpes.curriculum.flat.FlatCurriculum()),
      Map.entry("curriculum=staged", new org.vulpes.curriculum.staged.StagedCurriculum()),
      Map.entry("model.attention=gqa", new org.vulpes.model.attention.GroupedQueryAttention()),
      Map.entry("model.depth=uniform", new org.vulpes.model.depth.UniformDepth()),
      Map.entry("model.depth=per-layer", new org.vulpes.model.depth.PerLayerDepth()),
      Map.entry("model.embedding=tied", new org.vulpes.model.embedding.TiedEmbedding()),
      Map.entry("model.embedding=untied", new org.vulpes.model.embedding.UntiedEmbedding()),
      Map.entry("model.feedforward=gated", new org.vulpes.model.feedforward.GatedFeedForward()),
      Map.entry("model.feedforward=plain", new org.vulpes.model.feedforward.PlainFeedForward()),
      Map.entry("model.norm=rms", new org.vulpes.model.norm.RmsNormBrick()),
      Map.entry("model.norm=layer", new org.vulpes.model.norm.LayerNormBrick()),
      Map.entry("model.position=rope", new org.vulpes.model.position.RotaryPosition()),
      Map.entry("model.position=none", new org.vulpes.model.position.NoPosition()),
      Map.entry("model.position=learned", new org.vulpes.model.position.LearnedPosition()),
      Map.entry("objective=pretrain", new org.vulpes.objective.pretrain.PretrainObjective()));

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
    Config all = ConfigFactory.empty();
    try {
      for (var url : Collections.list(StockPlugins.class.getClassLoader().getResources("reference.conf"))) {
        try (var in = url.openStream()) {
          all = all.withFallback(ConfigFile.defaults(in.readAllBytes(), "reference.conf"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  /** A model of configs/models. @param set as on the command line */
  Config model(String file, String... set) {
    return ConfigFile.load(MODELS.resolve(file), List.of(set), reference());
  }
}
