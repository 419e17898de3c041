package org.vulpes.study;

import java.util.List;
import org.vulpes.study.statistics.Looks;
import org.vulpes.study.statistics.Spending;

/**
 * How a study goes about its question, beyond its arms and seeds; fixed before the first trial.
 *
 * @param looks numbers of seeds, rising, after which all comparisons are judged; the last is all seeds
 * @param spending how alpha is spent over them
 * @param share whether arms share their seeds; otherwise each arm has its own, and pairs have nothing in common
 * @param same whether all arms are the same on purpose (A/A): any difference that is found is a false alarm
 * @param pilot seeds at which the baseline is trained beforehand, to measure the noise; used for nothing else
 * @param tuning what every arm may choose for itself; without points when nothing is tuned
 */
public record Design(List<Integer> looks, Spending spending, boolean share, boolean same, List<Long> pilot, TuningGrid tuning) {
  /** One look, once all seeds are there. */
  public static Design fixed(int seeds) {
    return new Design(List.of(seeds), Spending.OBRIEN_FLEMING, true, false, List.of(), TuningGrid.NONE);
  }

  /** When the study is judged, as the decision rule takes it. */
  public Looks schedule() {
    return new Looks(looks, spending);
  }
}
