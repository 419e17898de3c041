package org.vulpes.reward.stock;

import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * For pairs of a wrong and a corrected sentence: 1 for the correction, 0 for the wrong sentence left as it was, and in between by how much of the way the text
 * has gone, in edits; negative where it is further away than the wrong sentence, at most −1.
 */
@Component
@Fills(slot = "reward", use = "correction")
public final class Correction implements Plugin<Reward> {

  @Override
  public Reward create(Options options) {
    String field = options.text("wrong");
    return Reward.each(s -> {
      Object wrong = s.problem().facts().get(field);
      if (wrong == null) throw new IllegalArgumentException("problem " + s.problem().id() + " has no field '" + field + "' with the wrong sentence");
      String right = s.problem().answer().strip();
      int whole = distance(wrong.toString().strip(), right);
      int left = distance(s.text().strip(), right);
      return whole == 0 ? (left == 0 ? 1 : 0) : Math.max(-1, 1 - (double) left / whole);
    });
  }

  /** Levenshtein's distance in characters. */
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1], row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) before[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(before[j], row[j - 1]) + 1);
      }
      int[] swap = before;
      before = row;
      row = swap;
    }
    return before[b.length()];
  }
}
