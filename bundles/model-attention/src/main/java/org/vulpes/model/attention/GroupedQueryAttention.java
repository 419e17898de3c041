package org.vulpes.model.attention;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;
import org.vulpes.model.AttentionBrick;
import org.vulpes.model.Layer;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Causal softmax attention in which groups of query heads share a key/value head (Ainslie et al. 2023): multi-head, grouped-query and
 * multi-query attention in one brick, by the number of key/value heads.
 */
@Component
@Fills(slot = "model.attention", use = "gqa")
public final class GroupedQueryAttention implements Plugin<AttentionBrick> {
  private static final int MOST = 1 << 16;

  @Override
  public AttentionBrick create(Options options) {
    int heads = options.integer("heads", 1, MOST);
    int kvHeads = options.integer("kv-heads", 1, MOST);
    if (heads % kvHeads != 0) {
      throw options.wrong("kv-heads", "= " + kvHeads + " does not divide heads = " + heads + "; every key/value head serves equally many query heads");
    }
    int headDim = options.has("head-dim") ? options.integer("head-dim", 1, MOST) : 0;
    if ((long) heads * headDim > Integer.MAX_VALUE) throw options.wrong("head-dim", "= " + headDim + " times heads = " + heads + " is more than " + Integer.MAX_VALUE);
    double scale = options.has("scale") ? options.number("scale", Double.MIN_NORMAL, Double.MAX_VALUE) : 0;
    String qkNorm = options.choice("qk-norm", "none", "head", "projection");
    String bias = options.choice("bias", "none", "qkv", "all");
    int window = options.integer("window", 0, Integer.MAX_VALUE);
    return (scope, x, layer) -> {
      int size = headDim > 0 ? headDim : headDim(options, x.shape().last(), heads);
      layer.position().refusal(size).ifPresent(why -> {
        throw options.wrong(headDim > 0 ? "head-dim" : "heads",
            headDim > 0 ? why : "= " + heads + " makes head-dim = width / heads = " + size + ", which " + why);
      });
      return new Build(scope, layer, heads, kvHeads, size, scale > 0 ? scale : 1 / Math.sqrt(size), window, qkNorm, bias).of(x);
    };
  }

  private static int headDim(Options options, Axis width, int heads) {
    if (width.size() % heads != 0) {
      throw options.wrong("heads", "= " + heads + " does not divide model.width = " + width.size() + "; choose a divisor or set head-dim");
    }
    return width.size() / heads;
  }

  private record Build(Scope scope, Layer layer, int heads, int kvHeads, int headDim, double scale, int window, String qkNorm, String bias) {

    Tensor of(Tensor x) {
      Axis queries = Axis.of("queries", heads * headDim);
      Axis keys = Axis.of("keys", kvHeads * headDim);
      Axis values = Axis.of("values", kvHeads * headDim);
      Tensor q = position("q_norm", project("q_proj", x, queries));
      Tensor k = position("k_norm", project("k_proj", x, keys));
      Tensor v = project("v_proj", x, values);
      Tensor mixed = scope.context().attend(scope.graph(), layer.index(), new Attention(heads, kvHeads, headDim, scale, window), q, k, v);
      try (var _ = scope.graph().at("o_proj")) {
        Axis width = x.shape().last();
        Tensor out = scope.graph().linear(mixed, scope.child("o_proj").residualWeight("weight", width, queries));
        return bias.equals("all") ? scope.graph().addBias(out, scope.child("o_proj").vector("bias", 0, width)) : out;
      }
    }

    private Tensor project(String name, Tensor x, Axis out) {
      try (var _ = scope.graph().at(name)) {
        Scope here = scope.child(name);
        Tensor y = scope.graph().linear(x, here.weight("weight", out, x.shape().last()));
        return bias.equals("none") ? y : scope.graph().addBias(y, here.vector("bias", 0, out));
      }
    }

    private Tensor position(String norm, Tensor x) {
      Tensor y = x;
      if (!qkNorm.equals("none")) {
        try (var _ = scope.graph().at(norm)) {
          y = layer.norm().build(scope.child(norm), x, qkNorm.equals("head") ? Axis.of("head", headDim) : x.shape().last());
        }
      }
      return layer.position().rotate(scope, y, headDim);
    }
  }
}
