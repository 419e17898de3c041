package org.vulpes.slot;

import java.util.Collection;

/** Proposes the nearest legal word for a misspelt one. */
public final class Spelling {
  private Spelling() {}

  /** "; did you mean 'heads'?" or nothing, when no candidate is within a third of the word's length (at least 2) of edits. */
  public static String hint(String word, Collection<String> legal) {
    String best = null;
    int least = Math.max(2, word.length() / 3) + 1;
    for (String c : legal) {
      int d = distance(word.toLowerCase(), c.toLowerCase());
      if (d < least) {
        least = d;
        best = c;
      }
    }
    return best == null ? "" : "; did you mean '" + best + "'?";
  }

  /** Edits (insert, delete, replace, swap of neighbours) between two words: optimal string alignment distance. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) d[i][0] = i;
    for (int j = 0; j <= b.length(); j++) d[0][j] = j;
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1), d[i - 1][j - 1] + same);
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
