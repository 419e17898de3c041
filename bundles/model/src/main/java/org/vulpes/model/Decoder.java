package org.vulpes.model;

import com.typesafe.config.Config;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Options;

/** A decoder-only transformer assembled from bricks, as the {@code model} block of a configuration says. Immutable. */
public final class Decoder {
  private final Axis vocabulary;
  private final Axis width;
  private final double deviation;
  private final double residualDeviation;
  private final EmbeddingBrick embedding;
  private final PositionBrick position;
  private final List<Block> blocks;
  /** Null: none. */
  private final NormBrick finalNorm;
  private final Declarations declarations;
  private final List<Parameter> parameters;
  private final Lora lora;
  /** Of the names of its variables; empty for a policy. */
  private final String role;

  private Decoder(Config config, Catalogue catalogue, int vocabulary) {
    Options model = Options.at(config, "model");
    this.vocabulary = Axis.of("vocabulary", vocabulary);
    this.width = Axis.of("width", model.integer("width", 1, 1 << 20));
    var arrangement = Block.Arrangement.valueOf(model.choice("arrangement", "pre", "post", "sandwich").toUpperCase(java.util.Locale.ROOT));
    this.embedding = catalogue.create(config, "model.embedding");
    this.position = catalogue.create(config, "model.position");
    this.finalNorm = model.flag("final-norm") ? catalogue.create(config, "model.norm") : null;
    DepthBrick depth = catalogue.create(config, "model.depth");
    this.blocks = depth.blocks(model.config()).stream().map(block -> block(block, catalogue, arrangement)).toList();
    this.deviation = model.number("initial-deviation", 0, 10);
    boolean byDepth = model.choice("residual-scaling", "none", "depth").equals("depth");
    this.residualDeviation = byDepth ? deviation / Math.sqrt(2.0 * blocks.size()) : deviation;

    this.lora = Lora.read(model);
    this.role = "";
    this.declarations = new Declarations();
    var graph = new Graph();
    Axis[] one = {Axis.of("batch", 1), Axis.of("time", 1)};
    hidden(graph, graph.variable("ids", DType.I32, one), graph.variable("first-visible", DType.I32, one));
    head(graph);
    declarations.complete();
    this.parameters = declarations.all();
    for (String target : lora.targets()) {
      if (parameters.stream().anyMatch(p -> p.part().equals(Lora.PART) && p.name().contains("." + target + "."))) continue;
      var matrices = parameters.stream().filter(p -> p.shape().rank() == 2 && p.name().endsWith(".weight") && !p.part().equals(Lora.PART)).map(p -> Lora.target(p.name())).distinct().sorted().toList();
      throw model.block("lora").wrong("targets", "names '" + target + "', which no block of the model has as a matrix" + org.vulpes.slot.Spelling.hint(target, matrices));
    }
  }

  private Decoder(Decoder of, String role) {
    this.vocabulary = of.vocabulary;
    this.width = of.width;
    this.deviation = of.deviation;
    this.residualDeviation = of.residualDeviation;
    this.embedding = of.embedding;
    this.position = of.position;
    this.blocks = of.blocks;
    this.finalNorm = of.finalNorm;
    this.declarations = of.declarations;
    this.parameters = of.parameters;
    this.lora = of.lora;
    this.role = role;
  }

  /**
   * The same decoder in another role beside the policy: in a graph its parameters are the variables {@code role.name} ("teacher.model.layers.0…"), so that both stand in one graph.
   * {@link #parameters} keep their own names.
   */
  public Decoder as(String role) {
    return new Decoder(this, role);
  }

  /** "teacher", or nothing for the policy. */
  public String role() {
    return role;
  }

  private Block block(Config model, Catalogue catalogue, Block.Arrangement arrangement) {
    Block block = Block.of(model, catalogue, arrangement);
    int longest = block.position().longest();
    if (longest != Integer.MAX_VALUE && longest != position.longest()) {
      throw Options.at(model.atPath("model"), "model.position").wrong("use", "cannot be chosen for single blocks: its positions are added to the embedding; "
          + "choose it for the whole model");
    }
    return block;
  }

  /**
   * @param config a run's whole configuration, defaults filled in; its {@code model} block is read
   * @param vocabulary number of token ids
   * @throws org.vulpes.slot.InvalidInput when the parts do not fit ("heads = 6 is not divisible by kv-heads = 4"), with file, line and key
   */
  public static Decoder of(Config config, Catalogue catalogue, int vocabulary) {
    return new Decoder(config, catalogue, vocabulary);
  }

  public int vocabulary() {
    return vocabulary.size();
  }

  public int width() {
    return width.size();
  }

  public int layers() {
    return blocks.size();
  }

  /** The longest input in tokens; {@link Integer#MAX_VALUE} when nothing limits it. */
  public int longest() {
    return position.longest();
  }

  /** Whether it has low-rank adapters, so that its own tensors stay as they are. */
  public boolean adapted() {
    return lora.used();
  }

  Lora lora() {
    return lora;
  }

  /** Those that training changes: all of them, or LoRA's adapters alone. */
  public List<Parameter> trained() {
    return parameters.stream().filter(p -> !p.frozen()).toList();
  }

  /** Every parameter in the order in which the model uses them; names are unique. */
  public List<Parameter> parameters() {
    return parameters;
  }

  public ParameterCount count() {
    var byPart = new TreeMap<String, Long>();
    for (String always : List.of("embedding", "head", "attention", "feedforward", "norm")) byPart.put(always, 0L);
    for (Parameter p : parameters) byPart.merge(p.part(), p.shape().length(), Math::addExact);
    long total = byPart.values().stream().mapToLong(Long::longValue).sum();
    return new ParameterCount(java.util.Collections.unmodifiableSortedMap(byPart), total, total - byPart.get("embedding") - byPart.get("head"));
  }

  /**
   * The residual stream after the final norm, [batch, time, width]. Each parameter is a variable of the graph under its own name.
   *
   * @param ids [batch, time] I32
   * @param context where the tokens stand and what they attend to
   * @param probe told {@code embedding}, {@code after_attention_0} (what it adds to the stream), {@code after_block_0}, …, {@code after_final_norm} with their tensors; for parity checks
   */
  public Tensor hidden(Graph graph, Tensor ids, Context context, BiConsumer<String, Tensor> probe) {
    if (role.isEmpty()) return blocks(graph, ids, context, probe);
    try (var _ = graph.at(role)) {
      return blocks(graph, ids, context, probe);
    }
  }

  private Tensor blocks(Graph graph, Tensor ids, Context context, BiConsumer<String, Tensor> probe) {
    Tensor x;
    try (var _ = graph.at("model.embed_tokens")) {
      x = embedding.embed(scope(graph, context, "embedding"), ids, vocabulary, width);
      x = position.embed(scope(graph, context, "embedding"), x);
    }
    probe.accept("embedding", x);
    for (int i = 0; i < blocks.size(); i++) {
      String path = "model.layers." + i;
      try (var _ = graph.at(path)) {
        x = blocks.get(i).build(scope(graph, context, "block").at(path, "block"), x, i, blocks.size(), probe);
      }
      probe.accept("after_block_" + i, x);
    }
    if (finalNorm != null) {
      try (var _ = graph.at("model.norm")) {
        x = finalNorm.build(scope(graph, context, "norm").at("model.norm", "norm"), x, width);
      }
    }
    probe.accept("after_final_norm", x);
    return x;
  }

  public Tensor hidden(Graph graph, Tensor ids, Context context) {
    return hidden(graph, ids, context, (name, tensor) -> {});
  }

  /** Of whole rows of documents. @param firstVisible [batch, time] I32: the first position that each position sees */
  public Tensor hidden(Graph graph, Tensor ids, Tensor firstVisible) {
    return hidden(graph, ids, Context.rows(firstVisible));
  }

  /** The head's weight [vocabulary, width] as a variable of the graph. */
  public Tensor head(Graph graph) {
    return embedding.head(scope(graph, null, "head"), vocabulary, width);
  }

  /** @param context null for the head, which sees no other token */
  private BuildScope scope(Graph graph, Context context, String part) {
    return new BuildScope(graph, context, role.isEmpty() ? "" : role + ".", "", part, declarations, deviation, residualDeviation, lora);
  }
}
