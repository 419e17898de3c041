package org.vulpes.benchmarks;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;

/** A shape of {@code configs/benchmarks}: what {@code vulpes bench} trains whole. @param length tokens a sequence */
record ModelShape(int width, int heads, int kvHeads, int inner, int vocabulary, int length, int sequences) {

  /** @param name without ending; the working directory is the project's root */
  static ModelShape of(String name) {
    Config c = ConfigFactory.parseFile(Path.of("configs/benchmarks", name + ".conf").toFile()).resolve();
    int length = c.getInt("curriculum.flat.sequence-length");
    return new ModelShape(c.getInt("model.width"), c.getInt("model.attention.gqa.heads"), c.getInt("model.attention.gqa.kv-heads"),
        c.getInt("model.feedforward.gated.width"), c.getInt("tokenizer.bpe.vocabulary"), length, c.getInt("training.micro-batch-tokens") / length);
  }

  int tokens() {
    return sequences * length;
  }

  int headDim() {
    return width / heads;
  }
}
