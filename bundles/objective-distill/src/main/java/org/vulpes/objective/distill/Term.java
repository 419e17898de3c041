package org.vulpes.objective.distill;

import java.util.List;
import org.vulpes.graph.operations.Divergence;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/** One of the losses of which the objective is the weighted sum. */
sealed interface Term {
  /** Under which it stands in the metrics. */
  String name();

  double weight();

  /** Negative log-likelihood of the text. */
  record Hard(double weight) implements Term {
    @Override
    public String name() {
      return "hard";
    }
  }

  /** Of the student's distribution over the vocabulary from the teacher's. @param factor by which it is multiplied beside its weight */
  record Soft(String name, double weight, Divergence divergence, double factor) implements Term {}

  /**
   * Mean squared distance of a projected state of the student from one of the teacher.
   *
   * @param attention what attention adds to the stream in that block, else the stream after the block
   * @param student block, from 0 @param teacher block, from 0
   */
  record Match(double weight, boolean attention, int student, int teacher) implements Term {
    @Override
    public String name() {
      return (attention ? "attention-" : "hidden-") + student + "-" + teacher;
    }

    /** Under which {@link org.vulpes.model.Decoder#hidden} tells it. */
    String probe(int block) {
      return (attention ? "after_attention_" : "after_block_") + block;
    }
  }

  /**
   * Divergence of attention weights in a block of the student from those in a block of the teacher (MiniLM, Wang et al. 2020).
   *
   * @param student block, from 0 @param teacher block, from 0
   */
  record Weights(double weight, int student, int teacher) implements Term {
    @Override
    public String name() {
      return "attention-weights-" + student + "-" + teacher;
    }
  }

  List<String> KINDS = List.of("hard", "forward-kl", "reverse-kl", "jsd", "skew-kl", "skew-reverse-kl", "hidden", "attention", "attention-weights");
  List<String> KEYS = List.of("kind", "weight", "temperature", "mix", "student", "teacher");

  /** @param temperature where the term names none @param scaled whether divergences are multiplied by their temperature squared */
  static Term read(Options o, double temperature, boolean scaled) {
    for (String key : o.keys()) if (!KEYS.contains(key)) throw o.wrong(key, "is not part of a loss" + Spelling.hint(key, KEYS) + "; it has " + String.join(", ", KEYS));
    if (!o.has("kind")) throw o.wrong("kind", "is missing; a loss is one of " + String.join(", ", KINDS));
    String kind = o.choice("kind", KINDS.toArray(String[]::new));
    double weight = o.has("weight") ? o.number("weight", 0, 1e9) : 1;
    double t = o.has("temperature") ? o.number("temperature", 1e-3, 1e3) : temperature;
    double factor = scaled ? t * t : 1;
    return switch (kind) {
      case "hard" -> new Hard(weight);
      case "forward-kl" -> new Soft(kind, weight, new Divergence(1, 0, 0, t), factor);
      case "reverse-kl" -> new Soft(kind, weight, new Divergence(0, 1, 1, t), factor);
      case "jsd" -> {
        double beta = o.has("mix") ? o.number("mix", 0, 1) : 0.5;
        // The generalised divergence vanishes at its ends; there it stands for its limits, as GKD's authors have it.
        yield new Soft(kind, weight, beta == 0 ? new Divergence(1, 0, 0, t) : beta == 1 ? new Divergence(0, 1, 1, t) : new Divergence(beta, 1 - beta, beta, t), factor);
      }
      case "skew-kl" -> new Soft(kind, weight, new Divergence(1, 0, o.has("mix") ? o.number("mix", 0, 0.999) : 0.1, t), factor);
      case "skew-reverse-kl" -> new Soft(kind, weight, new Divergence(0, 1, 1 - (o.has("mix") ? o.number("mix", 0, 0.999) : 0.1), t), factor);
      case "attention-weights" -> new Weights(weight, block(o, "student"), block(o, "teacher"));
      default -> new Match(weight, kind.equals("attention"), block(o, "student"), block(o, "teacher"));
    };
  }

  private static int block(Options o, String key) {
    if (!o.has(key)) throw o.wrong(key, "is missing; say which block of the " + key + " is matched, from 0");
    return o.integer(key, 0, 4095);
  }
}
