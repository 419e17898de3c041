package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.model.Decoder;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;

/**
 * What a run left behind, ready to be used: configuration, tokenizer, decoder, and the file with the newest checkpoint's weights.
 *
 * @param weights safetensors
 * @param step at which they were written
 * @param sha256 of the weights
 */
public record TrainedModel(Config config, Tokenizer tokenizer, Decoder decoder, Path weights, long step, String sha256) {
  private static final String CHECKPOINTS = "checkpoints";

  /**
   * @param place a run's folder, for its newest checkpoint; or one checkpoint, as in {@code RUN/checkpoints/400}, with the tokenizer and the model that the run had then
   * @throws InvalidInput when it is no run, has no checkpoint, or a damaged one
   */
  public static TrainedModel open(Path place, Catalogue catalogue) {
    boolean single = isCheckpoint(place);
    Path above = place.toAbsolutePath().normalize().getParent();
    Path folder = single && above.getParent() != null ? above.getParent() : place;
    if (!single && !Files.exists(folder.resolve("config.conf"))) throw noRun(folder);
    var found = !single ? checkpoint(folder) : above.endsWith(CHECKPOINTS) ? new Checkpoints(above, 1).at(Long.parseLong(place.getFileName().toString())) : Checkpoints.read(place);
    if (!Files.exists(found.config(folder))) throw noRun(folder);
    Config config = RunConfig.read(found.config(folder));
    // Bricks may have been exchanged since the configuration was written.
    for (Occupant o : found.state().occupants()) if (o.since() > 0) config = o.over(config);
    TokenizerTrainer trainer = catalogue.create(config, "tokenizer");
    Tokenizer tokenizer = trainer.load(found.tokenizer(folder));
    // Checkpoints hold matrices with their adapters merged in.
    Decoder decoder = Decoder.of(Trainee.plain(config), catalogue, tokenizer.vocabularySize());
    return new TrainedModel(config, tokenizer, decoder, found.model(), found.state().step(), found.sha256());
  }

  private static InvalidInput noRun(Path folder) {
    return new InvalidInput(folder + " holds no run (there is no config.conf in it); give a trial's folder, as in runs/quickstart/trials/fox-s1.");
  }

  /** Whether a place can only be one checkpoint, be it there or not. */
  static boolean isCheckpoint(Path place) {
    Path above = place.toAbsolutePath().normalize().getParent();
    return Files.exists(place.resolve(Checkpoints.RUN)) || above != null && above.endsWith(CHECKPOINTS) && place.getFileName().toString().matches("\\d{1,18}");
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
    var found = new Checkpoints(folder.resolve(CHECKPOINTS), 1).newest();
    if (found == null) throw new InvalidInput(folder + " holds no checkpoint yet; let the run go on until it has written one.");
    return found;
  }
}
