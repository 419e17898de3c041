package org.vulpes.model.depth;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.DepthBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/** {@code model.layers} blocks of which some differ: OpenELM's widths, SmolLM3's blocks without positions, Gemma 3's local attention. */
@Component
@Fills(slot = "model.depth", use = "per-layer")
public final class PerLayerDepth implements Plugin<DepthBrick> {
  private static final List<String> PARTS = List.of("attention", "feedforward", "norm", "position");

  @Override
  public DepthBrick create(Options options) {
    List<Options> overrides = options.blocks("overrides");
    return model -> {
      int count = Options.at(model.atPath("model"), "model").integer("layers", 1, UniformDepth.MOST);
      var blocks = new ArrayList<>(Collections.nCopies(count, model));
      for (Options override : overrides) {
        Config change = change(override, model);
        for (int layer : layers(override, count)) blocks.set(layer, change.withFallback(blocks.get(layer)));
      }
      return List.copyOf(blocks);
    };
  }

  private static List<Integer> layers(Options override, int count) {
    if (override.has("layers") == override.has("every")) {
      throw override.wrong(override.has("every") ? "every" : "layers", "or its twin must say which blocks differ: give layers or every, one of the two");
    }
    if (override.has("every")) {
      int every = override.integer("every", 1, count);
      var out = new ArrayList<Integer>();
      for (int i = every - 1; i < count; i += every) out.add(i);
      return out;
    }
    List<Integer> layers = override.integers("layers");
    for (int layer : layers) {
      if (layer < 0 || layer >= count) {
        throw override.wrong("layers", "names block " + layer + ", but the blocks of model.layers = " + count + " are 0 to " + (count - 1));
      }
    }
    return layers;
  }

  /** What differs; a key that the model block does not know is a typing error. */
  private static Config change(Options override, Config model) {
    Config change = override.config().withoutPath("layers").withoutPath("every");
    var legal = new TreeSet<String>();
    for (String part : PARTS) if (model.hasPath(part)) known(model.getValue(part), List.of(part), legal);
    var keys = new TreeSet<String>();
    for (String part : change.root().keySet()) known(change.getValue(ConfigUtil.joinPath(part)), List.of(part), keys);
    for (String key : keys) {
      if (!legal.contains(key)) throw override.wrong(key, "is not an option that can differ between blocks" + Spelling.hint(key, legal));
    }
    return change;
  }

  /** Paths of everything in a value that is not a block; nulls are options too. */
  private static void known(ConfigValue value, List<String> path, TreeSet<String> out) {
    if (value instanceof ConfigObject object && !object.isEmpty()) {
      object.forEach((key, below) -> {
        var deeper = new ArrayList<>(path);
        deeper.add(key);
        known(below, deeper, out);
      });
    } else {
      out.add(ConfigUtil.joinPath(path));
    }
  }
}
