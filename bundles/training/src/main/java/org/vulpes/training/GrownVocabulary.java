package org.vulpes.training;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;

/**
 * Weights of a model as those of one with more token ids. A new id's row is the mean of the rows that are there: it begins as likely as a token on average and disturbs no other (Hewitt 2021).
 */
final class GrownVocabulary implements TensorSource {
  private static final int CHUNK = 1 << 16;
  private final TensorSource source;
  private final int size;
  /** Names of the tensors with a row for each id. */
  private final Set<String> byId = new HashSet<>();
  private final Map<String, float[]> means = new HashMap<>();

  /** @param decoder with the ids wanted */
  GrownVocabulary(TensorSource source, Decoder decoder) {
    this.source = source;
    size = decoder.vocabulary();
    for (Parameter p : decoder.parameters()) {
      if (p.shape().rank() == 2 && p.shape().axis(0).name().equals("vocabulary")) byId.add(p.name());
    }
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public List<String> names() {
    return source.names();
  }

  @Override
  public long[] shape(String name) {
    long[] shape = source.shape(name);
    return grown(name, shape) ? new long[] {size, shape[1]} : shape;
  }

  private boolean grown(String name, long[] shape) {
    return byId.contains(name) && shape.length == 2 && shape[0] < size;
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    long[] shape = source.shape(name);
    if (!grown(name, shape)) {
      source.read(name, offset, target, from, count);
      return;
    }
    long there = shape[0] * shape[1];
    int known = (int) Math.clamp(there - offset, 0, count);
    if (known > 0) source.read(name, offset, target, from, known);
    if (known == count) return;
    float[] mean = means.computeIfAbsent(name, n -> mean(n, shape));
    for (int i = known; i < count; i++) target[from + i] = mean[(int) ((offset + i) % shape[1])];
  }

  private float[] mean(String name, long[] shape) {
    int width = (int) shape[1];
    var sum = new double[width];
    var chunk = new float[CHUNK / width * width + (CHUNK < width ? width : 0)];
    for (long at = 0; at < shape[0] * width; at += chunk.length) {
      int n = (int) Math.min(chunk.length, shape[0] * width - at);
      source.read(name, at, chunk, 0, n);
      for (int i = 0; i < n; i++) sum[i % width] += chunk[i];
    }
    var out = new float[width];
    for (int j = 0; j < width; j++) out[j] = (float) (sum[j] / shape[0]);
    return out;
  }
}
