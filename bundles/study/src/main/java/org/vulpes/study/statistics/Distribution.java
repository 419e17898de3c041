package org.vulpes.study.statistics;

/**
 * A distribution on the line that is accurate in both tails: a small p-value is taken from {@link #upper} or {@link #lower} directly,
 * never as one minus the other, which has no digits left below 1e-16.
 */
public interface Distribution {
  /** P(X &le; x). */
  double lower(double x);

  /** P(X &gt; x). */
  double upper(double x);
}
