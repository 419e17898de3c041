package org.vulpes.cli.bench;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/**
 * A decoder in Llama's form that both sides can build, and its batch.
 *
 * @param config whole and resolved
 * @param inner width of the SwiGLU's inner layer
 * @param length tokens a sequence
 */
public record BenchShape(String name, Config config, int layers, int width, int heads, int kvHeads, int inner, int vocabulary, int length, int sequences) {

  /** What the peer's model is; a configuration with anything else would be another model. */
  private static final List<Fixed> PEER = List.of(new Fixed("model", "arrangement", "pre"), new Fixed("model.depth", "use", "uniform"),
      new Fixed("model.embedding", "use", "tied"), new Fixed("model.norm", "use", "rms"), new Fixed("model.position", "use", "rope"), new Fixed("model.attention", "use", "gqa"),
      new Fixed("model.feedforward", "use", "gated"), new Fixed("model.feedforward.gated", "activation", "silu"), new Fixed("optimizer", "use", "adamw"),
      new Fixed("curriculum", "use", "flat"), new Fixed("tokenizer", "use", "bpe"));

  private record Fixed(String block, String key, String value) {}

  /** @throws InvalidInput when the peer has no such model */
  public static BenchShape of(String name, Config config) {
    for (Fixed f : PEER) {
      var at = Options.at(config, f.block);
      if (!at.text(f.key).equals(f.value)) throw at.wrong(f.key, "must be " + f.value + " in a benchmark, as the peer's model has nothing else");
    }
    var model = Options.at(config, "model");
    int width = model.integer("width", 1, 1 << 20);
    int heads = model.integer("attention.gqa.heads", 1, 1 << 16);
    if (width % heads != 0) throw model.wrong("attention.gqa.heads", "must divide the width " + width + " in a benchmark");
    int length = Options.at(config, "curriculum.flat").integer("sequence-length", 2, 1 << 20);
    int rows = Options.at(config, "training").integer("micro-batch-tokens", length, 1 << 24);
    return new BenchShape(name, config, model.integer("layers", 1, 4096), width, heads, model.integer("attention.gqa.kv-heads", 1, heads),
        model.integer("feedforward.gated.width", 1, 1 << 24), Options.at(config, "tokenizer.bpe").integer("vocabulary", 1, 1 << 24), length, rows / length);
  }

  /** Tokens of a step. */
  public int tokens() {
    return sequences * length;
  }

  private long kvWidth() {
    return (long) width / heads * kvHeads;
  }

  /** Elements of all matrices; the one table is embedding and head. */
  private long matrices() {
    return layers * (2L * width * width + 2 * kvWidth() * width + 3L * width * inner) + (long) vocabulary * width;
  }

  /** Matrices and the weights of the norms. */
  public long parameters() {
    return matrices() + (2L * layers + 1) * width;
  }

  /** FLOPs of training on a token: 6 for every parameter in a matrix product (the head once, the input table not), and attention, causal. */
  public double flopsPerToken() {
    return 6.0 * matrices() + 6.0 * layers * width * length;
  }

  /** A matrix product of a model. @param transposition of A and B: N as it lies, T transposed */
  public record Product(String layer, String transposition, int m, int n, int k) {
    public double flops() {
      return 2.0 * m * n * k;
    }
  }

  /** The products of a block's projections on a step's tokens: y = x wᵀ (NT), dx = dy w (NN), dw = dyᵀ x (TN). */
  public List<Product> products() {
    record Layer(String name, int out, int in) {}
    int kv = (int) kvWidth();
    return List.of(new Layer("q, o", width, width), new Layer("k, v", kv, width), new Layer("gate, up", inner, width), new Layer("down", width, inner)).stream()
        .flatMap(l -> List.of(new Product(l.name, "NT", tokens(), l.out, l.in), new Product(l.name, "NN", tokens(), l.in, l.out),
            new Product(l.name, "TN", l.out, l.in, tokens())).stream()).toList();
  }

  /** For the peer. */
  Map<String, Object> numbers() {
    return Map.of("layers", layers, "width", width, "heads", heads, "kv_heads", kvHeads, "inner", inner, "vocabulary", vocabulary, "length", length, "sequences", sequences);
  }
}
