package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vulpes.interchange.HuggingFaceFolder;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.model.Decoder;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;

/**
 * A model on disk, wherever it comes from: the folder of a run (its newest checkpoint), one checkpoint of a run ({@code …/checkpoints/400}), or a folder
 * in Hugging Face's layout with {@code config.json}, {@code tokenizer.json} and safetensors.
 */
public final class ModelFolder implements AutoCloseable {
  private final Config config;
  private final Tokenizer tokenizer;
  private final Decoder decoder;
  private final TensorSource weights;
  private final AutoCloseable files;
  private final String description;

  private ModelFolder(Config config, Tokenizer tokenizer, Decoder decoder, TensorSource weights, AutoCloseable files, String description) {
    this.config = config;
    this.tokenizer = tokenizer;
    this.decoder = decoder;
    this.weights = weights;
    this.files = files;
    this.description = description;
  }

  /** @throws InvalidInput when the folder holds no model, or a damaged one */
  public static ModelFolder open(Path folder, Catalogue catalogue) {
    if (TrainedModel.isCheckpoint(folder) || Files.exists(folder.resolve("config.conf"))) {
      var model = TrainedModel.open(folder, catalogue);
      var file = SafetensorsFile.open(model.weights());
      return new ModelFolder(model.config(), model.tokenizer(), model.decoder(), file, file, TrainedModel.isCheckpoint(folder) ? folder.toString() : folder + " at step " + model.step());
    }
    if (Files.exists(folder.resolve("config.json"))) return huggingFace(folder, catalogue);
    throw new InvalidInput(folder + " holds no model; give a run's folder (with config.conf), one of its checkpoints (as in RUN/checkpoints/400), "
        + "or a Hugging Face folder (with config.json, tokenizer.json and safetensors).");
  }

  private static ModelFolder huggingFace(Path folder, Catalogue catalogue) {
    var model = HuggingFaceFolder.open(folder, catalogue);
    try {
      Config defaults = catalogue.reference().resolve();
      TokenizerTrainer bpe = catalogue.<TokenizerTrainer>plugin("tokenizer", "bpe").create(Options.at(defaults, "tokenizer.bpe"));
      Tokenizer tokenizer = bpe.load(folder.resolve("tokenizer.json"));
      if (tokenizer.vocabularySize() > model.decoder().vocabulary()) {
        throw new InvalidInput(folder + ": tokenizer.json has " + tokenizer.vocabularySize() + " tokens, but the model only " + model.decoder().vocabulary() + "; they do not belong together.");
      }
      return new ModelFolder(model.config(), tokenizer, model.decoder(), model.weights(), model, folder.toString());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** A whole configuration; its {@code model} block is the model's, its {@code device} block that of the run or the default. */
  public Config config() {
    return config;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public Decoder decoder() {
    return decoder;
  }

  /** Under the decoder's names. */
  public TensorSource weights() {
    return weights;
  }

  /** The folder, and the step where it is one of several. */
  public String description() {
    return description;
  }

  @Override
  public void close() {
    try {
      files.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
