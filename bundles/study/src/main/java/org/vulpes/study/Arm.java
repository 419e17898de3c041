package org.vulpes.study;

import com.typesafe.config.Config;
import java.util.Optional;
import org.vulpes.model.ParameterCount;
import org.vulpes.slot.Options;
import org.vulpes.study.matching.Match;

/**
 * One variant of a study.
 *
 * @param changes what it lays over the common configuration, "model.attention.gqa.kv-heads = 8", one a line; empty for the common one
 * @param config whole and resolved, without the study block, with what was solved to match it
 * @param hash of config, hex
 * @param parameters exact counts
 * @param flops of training one trial, by the operations' rules
 * @param steps of one trial
 * @param vocabulary of its tokenizer
 * @param lessons its curriculum over the budget, for tables and drawings
 * @param match what it has as much of as the baseline; empty for the baseline and for an arm that is taken as it is
 * @param shared its first steps that another arm takes too; empty when it is trained from its beginning
 */
public record Arm(String name, String changes, Config config, String hash, ParameterCount parameters, double flops, Steps steps, int vocabulary,
    java.util.List<org.vulpes.curriculum.Curriculum.Planned> lessons, Optional<Match> match, Optional<Shared> shared) {

  /** One that is trained from its beginning. */
  public Arm(String name, String changes, Config config, String hash, ParameterCount parameters, double flops, Steps steps, int vocabulary,
      java.util.List<org.vulpes.curriculum.Curriculum.Planned> lessons, Optional<Match> match) {
    this(name, changes, config, hash, parameters, flops, steps, vocabulary, lessons, match, Optional.empty());
  }

  /** Of training text that one of its trials sees. */
  public long tokens() {
    return Options.at(config, "training").whole("tokens", 1, Long.MAX_VALUE);
  }

  /** The same with the match of another, of which this is a tuned form. */
  Arm matchedAs(Arm other) {
    return new Arm(name, changes, config, hash, parameters, flops, steps, vocabulary, lessons, other.match, shared);
  }

  Arm sharing(Optional<Shared> with) {
    return new Arm(name, changes, config, hash, parameters, flops, steps, vocabulary, lessons, match, with);
  }
}
