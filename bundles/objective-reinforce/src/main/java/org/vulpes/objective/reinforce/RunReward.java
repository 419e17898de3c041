package org.vulpes.objective.reinforce;

import java.util.List;
import java.util.function.Supplier;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;

/** Whatever fills the run's slot when it is asked; outside of a run the reward that the configuration names. */
final class RunReward implements Reward {
  private volatile Supplier<Reward> now;

  RunReward(Reward first) {
    now = () -> first;
  }

  void by(Supplier<Reward> reward) {
    now = reward;
  }

  @Override
  public double[] score(List<Sample> samples) {
    return now.get().score(samples);
  }
}
