package org.vulpes.model;

import java.util.List;
import org.vulpes.slot.Options;

/**
 * Low-rank adapters (Hu et al. 2021, arXiv 2106.09685): a chosen matrix W [out, in] is used as W + scale · B A with A [rank, in] and B [out, rank]; W and everything
 * that is not chosen keep their values. The product is added to the weight rather than to its output: the same function for every brick, whatever it does with its matrices.
 *
 * @param rank of the adapters; 0: none, every parameter is trained
 * @param alpha scale = alpha / rank, so that another rank does not ask for another learning rate
 * @param targets names of the matrices that get adapters: {@code q_proj}, {@code up_proj}, …
 */
record Lora(int rank, double alpha, List<String> targets) {
  static final Lora NONE = new Lora(0, 0, List.of());
  static final String PART = "lora";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";
  private static final String WEIGHT = ".weight";

  static Lora read(Options model) {
    Options o = model.block("lora");
    if (o.keys().isEmpty()) return NONE;
    int rank = o.integer("rank", 0, 1 << 16);
    if (rank == 0) return NONE;
    List<String> targets = o.texts("targets");
    if (targets.isEmpty()) throw o.wrong("targets", "names no matrix; give some, as in [q_proj, v_proj]");
    return new Lora(rank, o.number("alpha", 1e-9, 1e9), targets);
  }

  boolean used() {
    return rank > 0;
  }

  double scale() {
    return alpha / rank;
  }

  /** @param parameter "model.layers.3.self_attn.q_proj.weight" */
  boolean adapts(String parameter) {
    return used() && parameter.endsWith(WEIGHT) && targets.contains(target(parameter));
  }

  /** "q_proj". */
  static String target(String parameter) {
    String path = parameter.substring(0, parameter.length() - WEIGHT.length());
    return path.substring(path.lastIndexOf('.') + 1);
  }

  static String a(String parameter) {
    return parameter.substring(0, parameter.length() - WEIGHT.length()) + A;
  }

  static String b(String parameter) {
    return parameter.substring(0, parameter.length() - WEIGHT.length()) + B;
  }
}
