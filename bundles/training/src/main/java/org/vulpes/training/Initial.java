package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.Weights;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Where a run starts: from its seed, or from what another run has learned ({@code init} in the configuration). */
public final class Initial {
  private Initial() {}

  /** The run or checkpoint to start from; empty: from the seed. */
  public static Optional<Path> of(Config config) {
    return !config.hasPath("init") || config.getString("init").isBlank() ? Optional.empty() : Optional.of(Options.at(config, "").file("init"));
  }

  /** Whether the run that it starts from is still to be trained, as a stage of the same study: then its key stands for it. */
  private static boolean planned(Config config) {
    return config.getString("init").startsWith("stage ");
  }

  /**
   * The configuration with the model of the run that it starts from: weights fit no other. Adapters are the new run's own.
   *
   * @throws InvalidInput when there is no such run
   */
  public static Config model(Config config, Catalogue catalogue) {
    if (of(config).isEmpty()) return config;
    TrainedModel from = TrainedModel.open(of(config).get(), catalogue);
    Config model = config.hasPath("model.lora") ? from.config().getConfig("model").withValue("lora", config.getValue("model.lora")) : from.config().getConfig("model");
    return config.withValue("model", model.root());
  }

  /**
   * What else than configuration, seed and text decides what a run becomes: the checkpoints that it starts from and looks at. Empty when there is none.
   *
   * @throws InvalidInput when one cannot be read
   */
  public static String identity(Config config, Catalogue catalogue) {
    var out = new StringBuilder();
    of(config).ifPresent(path -> out.append("init ").append(planned(config) ? path.toString() : TrainedModel.open(path, catalogue).sha256()).append('\n'));
    Objective objective = catalogue.create(config, "objective");
    for (Role role : objective.roles()) {
      if (!role.fromInit()) out.append(role.name()).append(' ').append(TrainedModel.open(Path.of(role.source()), catalogue).sha256()).append('\n');
    }
    if (!objective.identity().isEmpty()) out.append(objective.identity()).append('\n');
    return out.toString();
  }

  /** Fills every model before the first step. @param resumed whether a checkpoint follows, from which the policy goes on: only what it does not hold is read then */
  static void fill(Config config, Catalogue catalogue, ModelWeights weights, long seed, boolean resumed) {
    Trainee trainee = weights.trainee();
    Optional<TrainedModel> init = of(config).map(path -> TrainedModel.open(path, catalogue));
    weights.initialise(seed);
    if (!resumed || trainee.policy().adapted()) init.ifPresent(from -> load(from, weights.policy(), trainee.policy()));
    for (Role role : trainee.objective().roles()) {
      TrainedModel from = role.fromInit() ? init.orElseThrow() : trainee.others().get(role.name());
      load(from, weights.frozen().get(role.name()), trainee.models().role(role.name()));
    }
  }

  private static void load(TrainedModel from, Weights weights, Decoder decoder) {
    if (decoder.vocabulary() < from.decoder().vocabulary()) {
      throw new InvalidInput(from.weights() + " has rows for " + from.decoder().vocabulary() + " token ids, but the run's tokenizer has only " + decoder.vocabulary() + "; take the tokenizer that it was trained with.");
    }
    Set<String> adapters = new HashSet<>(decoder.adapted() ? decoder.trained().stream().map(Parameter::name).collect(Collectors.toSet()) : Set.of());
    try (var file = SafetensorsFile.open(from.weights())) {
      weights.load(new GrownVocabulary(file, decoder), adapters);
    }
  }
}
