package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.vulpes.corpus.TokenStore;

/**
 * What is to be trained, and where.
 *
 * @param config whole and resolved
 * @param store the corpus; its tokenizer decides the model's vocabulary
 * @param folder of the run; made when missing
 * @param planned whose plan a swap by hand would break, "arm 'fox', seed 1 of the study quickstart"; empty for a run that nobody compares with another
 */
public record RunOrder(Config config, long seed, TokenStore store, Path folder, String planned) {
  /** Keys that change how a run is carried out, not what comes out of it. */
  private static final String[] INCIDENTAL = {"study", "storage", "swapping", "training.threads", "training.checkpoint-every", "training.keep-checkpoints", "training.seed", "evaluations"};

  /** What decides the result: configuration without the incidental, seed, corpus and tokenizer. @param models that it starts from and looks at ({@link Initial#identity}) */
  String hash(String models) {
    Config c = config;
    for (String path : INCIDENTAL) c = c.withoutPath(path);
    String text = c.root().render(ConfigRenderOptions.concise()) + "\nseed " + seed + "\ncorpus " + store.identity() + (models.isEmpty() ? "" : "\n" + models);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
