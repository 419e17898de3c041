package org.vulpes.training;

import com.typesafe.config.Config;
import java.util.Arrays;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.Batch;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.model.Decoder;
import org.vulpes.model.Weights;
import org.vulpes.objective.Objective;
import org.vulpes.optimizer.Optimizer;
import org.vulpes.slot.Catalogue;

/** Measures for some seconds how fast a run would train here, on made-up tokens, for a plan's estimate of time. */
public final class SpeedProbe {
  private static final double SECONDS = 3;

  private SpeedProbe() {}

  /** Tokens a second of the last lesson's shape: the best step, as the first ones run in code that is not compiled yet. */
  public static double tokensPerSecond(Config config, Catalogue catalogue, int vocabulary) {
    var settings = RunSettings.of(config);
    Decoder model = Decoder.of(config, catalogue, vocabulary);
    Curriculum curriculum = catalogue.create(config, "curriculum");
    Objective objective = catalogue.create(config, "objective");
    Optimizer optimizer = catalogue.create(config, "optimizer");
    DeviceProvider provider = catalogue.create(config, "device");
    int length = curriculum.plan(settings.tokens()).getLast().lesson().sequenceLength();
    int sequences = Math.max(1, settings.microBatchTokens() / length);
    int n = sequences * length;
    var tokens = new int[n];
    for (int i = 0; i < n; i++) tokens[i] = (int) (i * 2654435761L % vocabulary & 0x7fffffff) % vocabulary;
    var weight = new float[n];
    Arrays.fill(weight, 1);
    var batch = new Batch(sequences, length, tokens, tokens, new int[n], weight, n);
    try (Device device = provider.open(settings.threads());
        Weights weights = Weights.allocate(model, device);
        StepPrograms programs = new StepPrograms(device, model, weights.buffers(), objective, optimizer, settings.clip())) {
      weights.initialise(0);
      double best = 0;
      long end = System.nanoTime() + (long) (SECONDS * 1e9);
      for (int step = 1; step <= 3 || System.nanoTime() < end; step++) {
        long begin = System.nanoTime();
        programs.accumulate(batch, 0, sequences, 1.0 / n);
        programs.apply(step, 0);
        best = Math.max(best, n / ((System.nanoTime() - begin) * 1e-9));
      }
      return best;
    }
  }
}
