package org.vulpes.evaluation;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A question of a task. */
public sealed interface Item {
  /** Unique in its task. */
  String id();

  /** Items of one cluster share a passage or a template: their answers are not independent. Its own id where nothing is shared. */
  String cluster();

  /** A part of the task that gets a row of its own (MMLU's subject, BLiMP's paradigm); empty: none. */
  String group();

  /**
   * One of several continuations is right; the model's answer is the one that it finds likeliest.
   *
   * @param right indices of right choices; several only in TruthfulQA's second form
   */
  record Choice(String id, String cluster, String group, List<Option> options, List<Integer> right, boolean mass) implements Item {
    public Choice {
      options = List.copyOf(options);
      right = List.copyOf(right);
    }
  }

  /** @param text whose characters and bytes normalise the likelihood: the choice as the task writes it, without what joins it to the context */
  record Option(String context, String continuation, String text) {}

  /**
   * The model writes, and what it wrote is marked.
   *
   * @param marks by metric: 1 where a text is right, 0 where not
   */
  record Writing(String id, String cluster, String group, String prompt, List<String> stops, int tokens, Function<String, Map<String, Double>> marks) implements Item {}

  /** A text whose every token is predicted. */
  record Passage(String id, String cluster, String group, String text) implements Item {}
}
