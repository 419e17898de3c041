package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Material;
import org.vulpes.objective.Models;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

/**
 * What is trained and by which objective: the policy, the frozen models that the objective asks for, and the tensors that change.
 *
 * @param others the runs that play the roles, but for those that are the policy as it began
 * @param own tensors of the objective
 */
public record Trainee(Models models, Objective objective, Map<String, TrainedModel> others, List<Parameter> own) {

  /** The decoder and objective of a configuration. @param vocabulary number of token ids @throws InvalidInput when a role's model cannot be had */
  public static Trainee of(Config config, Catalogue catalogue, int vocabulary) {
    Decoder policy = Decoder.of(config, catalogue, vocabulary);
    Objective objective = catalogue.create(config, "objective");
    if (policy.adapted() && Initial.of(config).isEmpty()) {
      throw new InvalidInput("model.lora trains adapters of a model that has learned something already; say which in init = RUN, or set model.lora.rank = 0.");
    }
    var others = new LinkedHashMap<String, TrainedModel>();
    var frozen = new TreeMap<String, Decoder>();
    for (Role role : objective.roles()) {
      if (role.fromInit()) {
        if (Initial.of(config).isEmpty()) {
          throw new InvalidInput("objective = " + config.getString("objective.use") + " compares the policy with itself as it began (its " + role.name()
              + "), and nothing says what it begins with; give init = RUN, or choose an objective that needs no " + role.name() + ".");
        }
        frozen.put(role.name(), Decoder.of(plain(config), catalogue, vocabulary).as(role.name()));
      } else {
        TrainedModel model = TrainedModel.open(Path.of(role.source()), catalogue);
        others.put(role.name(), model);
        frozen.put(role.name(), model.decoder().as(role.name()));
      }
    }
    return of(new Models(policy, frozen), objective, others);
  }

  /** A decoder under an objective that asks for no other model. */
  static Trainee of(Decoder policy, Objective objective) {
    return of(Models.of(policy), objective, Map.of());
  }

  private static Trainee of(Models models, Objective objective, Map<String, TrainedModel> others) {
    BatchGraph least = BatchGraph.of(models, objective.together(), 2);
    objective.build(least);
    return new Trainee(models, objective, others, least.parameters());
  }

  /** The same with another model as its policy, whose tensors are trained. */
  Trainee with(Decoder other) {
    return of(new Models(other, models.frozen()), objective, others);
  }

  /** The same under another objective. @throws InvalidInput when it looks at a frozen model that was not loaded for the one that is there */
  Trainee with(Objective other) {
    for (Role role : other.roles()) {
      if (!objective.roles().contains(role)) {
        throw new InvalidInput("it looks at a frozen model, its " + role.name() + " (" + role.source() + "), which this run has not loaded; begin the run with an objective that has it");
      }
    }
    return of(models, other, others);
  }

  /** @throws InvalidInput when the objective cannot use these models together */
  public Trainee check(Tokenizer tokenizer) {
    objective.check(tokenizer, tokenizers());
    return this;
  }

  /** @throws InvalidInput when the objective cannot teach this */
  public Trainee check(Material material) {
    objective.check(material);
    return this;
  }

  Map<String, Tokenizer> tokenizers() {
    var out = new TreeMap<String, Tokenizer>();
    others.forEach((role, model) -> out.put(role, model.tokenizer()));
    return out;
  }

  /** The model below adapters. */
  static Config plain(Config config) {
    return config.hasPath("model.lora.rank") ? config.withValue("model.lora.rank", ConfigValueFactory.fromAnyRef(0)) : config;
  }

  public Decoder policy() {
    return models.policy();
  }

  /** The model's tensors that change, then the objective's. */
  List<Parameter> trained() {
    var out = new ArrayList<>(policy().trained());
    out.addAll(own);
    return out;
  }
}
