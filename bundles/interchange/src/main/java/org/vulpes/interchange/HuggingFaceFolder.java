package org.vulpes.interchange;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.vulpes.model.Decoder;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.Catalogue;

/** A model in Hugging Face's layout: {@code config.json} with {@code model.safetensors} or its shards. Weights are read when they are asked for. */
public final class HuggingFaceFolder implements AutoCloseable {
  private final Config config;
  private final Decoder decoder;
  private final WeightFolder files;
  private final NamedTensors weights;

  private HuggingFaceFolder(Config config, Decoder decoder, WeightFolder files, NamedTensors weights) {
    this.config = config;
    this.decoder = decoder;
    this.files = files;
    this.weights = weights;
  }

  /** @throws org.vulpes.slot.InvalidInput when a file is missing or damaged, the two do not belong together, or the model cannot be built here */
  public static HuggingFaceFolder open(Path folder, Catalogue catalogue) {
    Family family = Family.read(Fields.read(folder.resolve("config.json")));
    Config config = config(family, folder.resolve("config.json"), catalogue);
    Decoder decoder = Decoder.of(config, catalogue, family.vocabulary());
    WeightFolder files = WeightFolder.open(folder);
    try {
      return new HuggingFaceFolder(config, decoder, files, new NamedTensors(files, decoder.parameters(), naming(family, files), leftOut(family)));
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** The decoder that {@code config.json} describes, without weights. */
  public static Decoder decoder(Path configJson, Catalogue catalogue) {
    Family family = Family.read(Fields.read(configJson));
    return Decoder.of(config(family, configJson, catalogue), catalogue, family.vocabulary());
  }

  private static Config config(Family family, Path file, Catalogue catalogue) {
    return ConfigFactory.parseMap(family.model(), file.toString()).atPath("model").withFallback(catalogue.reference()).resolve();
  }

  private static Naming naming(Family family, TensorSource files) {
    return switch (family.kind()) {
      case LLAMA -> Naming.llama();
      case OPENELM -> Naming.openElm();
      case GPT2 -> Naming.gpt2(files.names().contains("transformer.wte.weight") ? "transformer." : "");
    };
  }

  private static Predicate<String> leftOut(Family family) {
    Predicate<String> tables = name -> name.endsWith(".rotary_emb.inv_freq");
    Predicate<String> masks = name -> family.kind() == Family.Kind.GPT2 && name.matches("(transformer\\.)?h\\.\\d+\\.attn\\.(masked_)?bias");
    Predicate<String> head = name -> family.tied() && name.equals("lm_head.weight");
    return tables.or(masks).or(head);
  }

  /** A whole configuration whose {@code model} block says what {@code config.json} says, defaults filled in. */
  public Config config() {
    return config;
  }

  public Decoder decoder() {
    return decoder;
  }

  /** The weights under the decoder's names. */
  public TensorSource weights() {
    return weights;
  }

  /** The same with the names and layouts of the file. */
  NamedTensors named() {
    return weights;
  }

  @Override
  public void close() {
    files.close();
  }
}
