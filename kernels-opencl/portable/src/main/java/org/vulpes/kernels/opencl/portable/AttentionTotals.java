package org.vulpes.kernels.opencl.portable;

/** log Σ e^score over the keys that a query sees; a work-item a query and head. */
public final class AttentionTotals extends Scores {
  float[] totals;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) totals[i] = total(i / heads, i % heads);
  }
}
