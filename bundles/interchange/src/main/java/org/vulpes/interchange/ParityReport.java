package org.vulpes.interchange;

import java.util.List;
import java.util.Locale;

/**
 * How far a model computed here is from the numbers of another implementation.
 *
 * @param device that computed it
 * @param checks one for each quantity, in the order of the computation
 */
public record ParityReport(String folder, String device, List<Check> checks) {
  public ParityReport {
    checks = List.copyOf(checks);
  }

  /**
   * @param quantity logits, token_nll, loss, hidden, gradient l2, gradient sample, grad_total_l2, greedy
   * @param worst largest error; infinite when something is not a number
   * @param where it is ("row 1, position 24, token 7")
   */
  public record Check(String quantity, double worst, double tolerance, String where) {
    public boolean passed() {
      return worst <= tolerance;
    }
  }

  public boolean passed() {
    return checks.stream().allMatch(Check::passed);
  }

  /** The check of one quantity. */
  public Check check(String quantity) {
    return checks.stream().filter(c -> c.quantity().equals(quantity)).findFirst().orElseThrow();
  }

  /** A table of one line for each quantity. */
  @Override
  public String toString() {
    var out = new StringBuilder(folder).append(" on ").append(device).append('\n');
    for (Check c : checks) {
      out.append(String.format(Locale.ROOT, "  %-16s %9.2e  (at most %.0e)  %s  %s\n", c.quantity(), c.worst(), c.tolerance(),
          c.passed() ? "ok  " : "FAIL", c.where()));
    }
    return out.toString();
  }
}
