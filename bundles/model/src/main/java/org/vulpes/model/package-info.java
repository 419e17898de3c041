/**
 * Contract of model bricks, and the decoder that is assembled from them. A brick is a plugin that adds its part to a graph:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "model.feedforward", use = "relu")
 * public final class ReluFeedForward implements Plugin<FeedForwardBrick> {
 *   public FeedForwardBrick create(Options options) {
 *     int inner = options.integer("width", 1, 1 << 20);
 *     return (scope, x) -> {
 *       Tensor up = scope.graph().linear(x, scope.weight("up_proj.weight", Axis.of("ffn", inner), x.shape().last()));
 *       …
 *     };
 *   }
 * }
 * }</pre>
 *
 * Slots: {@code model.attention}, {@code model.feedforward}, {@code model.norm}, {@code model.position}, {@code model.embedding}, {@code model.depth}.
 * Parameters carry the names that Hugging Face gives to Llama's ({@code model.layers.0.self_attn.q_proj.weight}), so that a checkpoint is
 * readable elsewhere without a table.
 */
@Export
@Version("0.1.0")
package org.vulpes.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
