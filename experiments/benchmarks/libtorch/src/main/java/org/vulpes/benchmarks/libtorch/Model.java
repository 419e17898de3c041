package org.vulpes.benchmarks.libtorch;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.outer;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.bytedeco.pytorch.global.torch.rms_norm;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.silu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/** The decoder of peers/torch_peer.py: RMSNorm, rotated grouped heads, SwiGLU, one matrix for embedding and head. */
final class Model {
  private record Block(Tensor norm1, Tensor q, Tensor k, Tensor v, Tensor o, Tensor norm2, Tensor gate, Tensor up, Tensor down) {}

  private final int width;
  private final int heads;
  private final int kvHeads;
  private final int headDim;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Block> blocks = new ArrayList<>();
  private final Tensor table;
  private final Tensor norm;
  private final Tensor cos;
  private final Tensor sin;

  Model(JsonNode shape) {
    width = shape.get("width").asInt();
    heads = shape.get("heads").asInt();
    kvHeads = shape.get("kv_heads").asInt();
    headDim = width / heads;
    int inner = shape.get("inner").asInt();
    table = parameter(shape.get("vocabulary").asInt(), width);
    for (int l = 0; l < shape.get("layers").asInt(); l++) {
      blocks.add(new Block(ones(), parameter(width, width), parameter(kvHeads * headDim, width), parameter(kvHeads * headDim, width), parameter(width, width), ones(), parameter(inner, width),
          parameter(inner, width), parameter(width, inner)));
    }
    norm = ones();
    Tensor frequencies = arange(new Scalar(headDim / 2)).mul(new Scalar(-2.0 * Math.log(1e4) / headDim)).exp();
    Tensor angles = outer(arange(new Scalar(shape.get("length").asInt())).mul(new Scalar(1.0)), frequencies);
    cos = angles.cos();
    sin = angles.sin();
  }

  private Tensor parameter(long rows, long columns) {
    return kept(randn(rows, columns).mul(new Scalar(0.02)));
  }

  private Tensor ones() {
    return kept(randn(width).mul(new Scalar(0.0)).add(new Scalar(1.0)));
  }

  private Tensor kept(Tensor t) {
    t.set_requires_grad(true);
    parameters.add(t);
    return t;
  }

  TensorVector parameters() {
    return new TensorVector(parameters.toArray(Tensor[]::new));
  }

  /** The mean loss. @param tokens and targets: [sequences, length] */
  Tensor loss(Tensor tokens, Tensor targets) {
    long sequences = tokens.size(0), length = tokens.size(1);
    Tensor x = embedding(table, tokens);
    for (Block b : blocks) {
      Tensor z = norm(x, b.norm1);
      Tensor q = rotated(split(linear(z, b.q), sequences, length, heads)), k = repeated(rotated(split(linear(z, b.k), sequences, length, kvHeads)));
      Tensor v = repeated(split(linear(z, b.v), sequences, length, kvHeads));
      Tensor mixed = scaled_dot_product_attention(q, k, v, new TensorOptional(), 0, true, new DoubleOptional(), false);
      x = x.add(linear(mixed.transpose(1, 2).reshape(sequences, length, width), b.o));
      z = norm(x, b.norm2);
      x = x.add(linear(silu(linear(z, b.gate)).mul(linear(z, b.up)), b.down));
    }
    Tensor logits = linear(norm(x, norm), table);
    return cross_entropy_loss(logits.view(sequences * length, logits.size(2)), targets.reshape(sequences * length));
  }

  private Tensor norm(Tensor x, Tensor weight) {
    return rms_norm(x, new long[] {width}, new TensorOptional(weight), new DoubleOptional(1e-5));
  }

  private Tensor split(Tensor x, long sequences, long length, int count) {
    return x.view(sequences, length, count, headDim).transpose(1, 2);
  }

  private Tensor rotated(Tensor x) {
    Tensor a = x.narrow(3, 0, headDim / 2), b = x.narrow(3, headDim / 2, headDim / 2);
    return cat(new TensorVector(a.mul(cos).sub(b.mul(sin)), b.mul(cos).add(a.mul(sin))), 3);
  }

  /** Repeated heads let the flash kernel be chosen. */
  private Tensor repeated(Tensor x) {
    return heads == kvHeads ? x : x.repeat_interleave(heads / kvHeads, new LongOptional(1), new LongOptional());
  }
}
