package org.vulpes.training;

import com.typesafe.config.Config;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.Validation;
import org.vulpes.evaluation.BitsPerByte;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;
import org.vulpes.slot.Catalogue;
import org.vulpes.surgery.Anatomy;

/** What weights are worth that no run holds: bits per byte on the part of the validation text that evaluations on the way read. */
final class Gauge {
  private Gauge() {}

  static double bitsPerByte(Anatomy model, TensorSource weights, TokenStore store, Catalogue catalogue) {
    Config config = model.config();
    var settings = RunSettings.of(config);
    DeviceProvider provider = catalogue.create(config, "device");
    try (Device device = provider.open(settings.threads()); Weights there = Weights.allocate(model.decoder(), device)) {
      there.load(weights);
      try (var metric = new BitsPerByte(device, model.decoder(), there.buffers(), new Validation(store), store.domains(), settings.evaluationLength(), settings.metricWeights())) {
        return metric.measure(settings.evaluationBytes()).mean();
      }
    }
  }
}
