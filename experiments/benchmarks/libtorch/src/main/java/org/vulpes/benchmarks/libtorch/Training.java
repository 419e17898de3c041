package org.vulpes.benchmarks.libtorch;

import static org.bytedeco.pytorch.global.torch.clip_grad_norm_;
import static org.bytedeco.pytorch.global.torch.randint;

import com.fasterxml.jackson.databind.JsonNode;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A model with its optimizer and its batch. Libtorch's own AdamW, which is not fused: from C++ there is no other.
 * What lives as long as this is freed by the collector.
 */
final class Training {
  private final Model model;
  private final TensorVector parameters;
  private final AdamW optimizer;
  private final Tensor tokens;
  private final Tensor targets;

  Training(JsonNode shape) {
    model = new Model(shape);
    parameters = model.parameters();
    var options = new AdamWOptions(3e-4);
    options.betas().put(0, 0.9).put(1, 0.95);
    options.weight_decay().put(0.1);
    optimizer = new AdamW(parameters, options);
    long sequences = shape.get("sequences").asLong(), length = shape.get("length").asLong(), vocabulary = shape.get("vocabulary").asLong();
    Tensor text = randint(0, vocabulary, new long[] {sequences, length + 1}).to(ScalarType.Long);
    tokens = text.narrow(1, 0, length).contiguous();
    targets = text.narrow(1, 1, length).contiguous();
  }

  long count() {
    long sum = 0;
    for (Tensor p : parameters.get()) sum += p.numel();
    return sum;
  }

  /** Forward, backward, clip to 1.0, update. @return seconds */
  double step() {
    long began = System.nanoTime();
    try (var _ = new PointerScope()) {
      Tensor loss = model.loss(tokens, targets);
      optimizer.zero_grad();
      loss.backward();
      clip_grad_norm_(parameters, 1.0);
      optimizer.step();
      loss.item_float();
    }
    return (System.nanoTime() - began) * 1e-9;
  }
}
