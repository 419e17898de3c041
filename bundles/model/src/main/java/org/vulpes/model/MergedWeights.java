package org.vulpes.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Weights with adapters as those of the plain decoder: W + scale · B A, summed in float64, a row at a time. */
final class MergedWeights implements TensorSource {
  private final Weights weights;
  private final Decoder decoder;
  /** Of the adapters that were asked for, whole: they are small. */
  private final Map<String, float[]> adapters = new HashMap<>();

  MergedWeights(Weights weights, Decoder decoder) {
    this.weights = weights;
    this.decoder = decoder;
  }

  @Override
  public String description() {
    return weights.description();
  }

  @Override
  public List<String> names() {
    return decoder.parameters().stream().filter(p -> !p.part().equals(Lora.PART)).map(Parameter::name).toList();
  }

  @Override
  public long[] shape(String name) {
    return weights.shape(name);
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    weights.read(name, offset, target, from, count);
    Lora lora = decoder.lora();
    if (count == 0 || !lora.adapts(name)) return;
    float[] a = adapter(Lora.a(name));
    float[] b = adapter(Lora.b(name));
    int in = (int) weights.shape(name)[1];
    int rank = lora.rank();
    for (int i = 0; i < count; i++) {
      int row = (int) ((offset + i) / in);
      int column = (int) ((offset + i) % in);
      double sum = 0;
      for (int k = 0; k < rank; k++) sum += (double) b[row * rank + k] * a[k * in + column];
      target[from + i] = (float) (target[from + i] + lora.scale() * sum);
    }
  }

  private float[] adapter(String name) {
    return adapters.computeIfAbsent(name, n -> {
      long[] shape = weights.shape(n);
      var values = new float[Math.toIntExact(shape[0] * shape[1])];
      weights.read(n, 0, values, 0, values.length);
      return values;
    });
  }
}
