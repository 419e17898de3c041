package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.model.Decoder;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;

/**
 * What a run left behind, ready to be used: configuration, tokenizer, decoder, and the file with the newest checkpoint's weights.
 *
 * @param weights safetensors
 * @param step at which they were written
 */
public record TrainedModel(Config config, Tokenizer tokenizer, Decoder decoder, Path weights, long step) {

  /** @throws InvalidInput when the folder holds no run, no checkpoint, or a damaged one */
  public static TrainedModel open(Path folder, Catalogue catalogue) {
    Path file = folder.resolve("config.conf");
    if (!Files.exists(file)) {
      throw new InvalidInput(folder + " holds no run (there is no config.conf in it); give a trial's folder, as in runs/quickstart/trials/fox-s1.");
    }
    Config config;
    try {
      config = ConfigFactory.parseFile(file.toFile()).resolve();
    } catch (ConfigException e) {
      throw new InvalidInput(file + " is not the configuration that the run wrote; it was altered.", e);
    }
    var found = checkpoint(folder);
    TokenizerTrainer trainer = catalogue.create(config, "tokenizer");
    Tokenizer tokenizer = trainer.load(folder.resolve("tokenizer.json"));
    return new TrainedModel(config, tokenizer, Decoder.of(config, catalogue, tokenizer.vocabularySize()), found.model(), found.state().step());
  }

  /** The stream of the run in this folder, standing where its newest checkpoint stands: tells what was taught. */
  public static TrainingStream stream(Path folder, TokenStore store, long seed) {
    var stream = new TrainingStream(store, seed);
    Snapshot at = checkpoint(folder).state().slots().get("corpus");
    if (at == null) throw new InvalidInput("The newest checkpoint in " + folder + " has no state for slot 'corpus'; it is damaged.");
    stream.restore(at);
    return stream;
  }

  private static Checkpoints.Found checkpoint(Path folder) {
    var found = new Checkpoints(folder.resolve("checkpoints"), 1).newest();
    if (found == null) throw new InvalidInput(folder + " holds no checkpoint yet; let the run go on until it has written one.");
    return found;
  }
}
