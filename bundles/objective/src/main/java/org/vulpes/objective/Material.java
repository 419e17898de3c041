package org.vulpes.objective;

import java.util.List;
import org.vulpes.corpus.TokenStore;
import org.vulpes.curriculum.Curriculum;

/**
 * What runs are going to be taught.
 *
 * @param seeds of the runs
 * @param lessons in order
 * @param tokens budget of a run
 * @param longest tokens that the policy can take
 */
public record Material(TokenStore text, List<Long> seeds, List<Curriculum.Planned> lessons, long tokens, int longest) {
  public Material {
    seeds = List.copyOf(seeds);
    lessons = List.copyOf(lessons);
  }
}
