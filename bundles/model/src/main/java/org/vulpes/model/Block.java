package org.vulpes.model;

import com.typesafe.config.Config;
import java.util.function.BiConsumer;
import org.vulpes.graph.Tensor;
import org.vulpes.slot.Catalogue;

/** One block of a decoder: attention and feed-forward, each added to the residual stream. Norms carry the names of the family that uses the arrangement. */
record Block(AttentionBrick attention, FeedForwardBrick feedForward, NormBrick norm, PositionBrick position, Arrangement arrangement) {

  /** Where the norms stand; see {@code model.arrangement} in reference.conf. */
  enum Arrangement {
    PRE, POST, SANDWICH
  }

  /** @param model this block's {@code model} configuration */
  static Block of(Config model, Catalogue catalogue, Arrangement arrangement) {
    Config root = model.atPath("model");
    return new Block(catalogue.create(root, "model.attention"), catalogue.create(root, "model.feedforward"), catalogue.create(root, "model.norm"),
        catalogue.create(root, "model.position"), arrangement);
  }

  /** @param x the residual stream [batch, time, width] */
  Tensor build(BuildScope scope, Tensor x, int index, int count, BiConsumer<String, Tensor> probe) {
    var layer = new Layer(index, count, position, norm);
    boolean before = arrangement != Arrangement.POST;
    boolean after = arrangement != Arrangement.PRE;

    Tensor mixed = before ? normalise(scope, "input_layernorm", x) : x;
    try (var _ = scope.graph().at("self_attn")) {
      mixed = attention.build(scope.at("self_attn", "attention"), mixed, layer);
    }
    if (after) mixed = normalise(scope, "post_attention_layernorm", mixed);
    probe.accept("after_attention_" + index, mixed);
    x = scope.graph().add(x, mixed);

    // Llama calls the norm before the feed-forward part "post_attention_layernorm"; Gemma 3 has that name for another one.
    String beforeName = arrangement == Arrangement.PRE ? "post_attention_layernorm" : "pre_feedforward_layernorm";
    Tensor worked = before ? normalise(scope, beforeName, x) : x;
    try (var _ = scope.graph().at("mlp")) {
      worked = feedForward.build(scope.at("mlp", "feedforward"), worked);
    }
    if (after) worked = normalise(scope, "post_feedforward_layernorm", worked);
    return scope.graph().add(x, worked);
  }

  private Tensor normalise(BuildScope scope, String name, Tensor x) {
    try (var _ = scope.graph().at(name)) {
      return norm.build(scope.at(name, "norm"), x, x.shape().last());
    }
  }
}
