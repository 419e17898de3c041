package org.vulpes.reward;

import java.util.Map;

/**
 * Something to be written about.
 *
 * @param id unique in its source
 * @param prompt what the policy continues
 * @param answer what rewards compare with
 * @param solution a continuation that is right, for supervised training
 * @param facts whatever else rewards need: JSON types, by name
 */
public record Problem(String id, String prompt, String answer, String solution, Map<String, Object> facts) {
  public Problem {
    facts = Map.copyOf(facts);
  }

  public static Problem of(String prompt, String answer) {
    return new Problem(prompt, prompt, answer, answer, Map.of());
  }
}
