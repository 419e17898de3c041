package org.vulpes.training;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/** Named tensors on the device, the optimizer's moments for instance: what a checkpoint writes, and what a resumed run is filled from. */
final class Tensors implements TensorSource {
  private static final int CHUNK = 1 << 16;

  private record Entry(long[] shape, Buffer buffer) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final String description;

  /** @param description what they are, for messages */
  Tensors(String description) {
    this.description = description;
  }

  void put(String name, Parameter like, Buffer buffer) {
    entries.put(name, new Entry(Arrays.stream(like.shape().sizes()).asLongStream().toArray(), buffer));
  }

  Map<String, Buffer> buffers() {
    var out = new LinkedHashMap<String, Buffer>();
    entries.forEach((name, e) -> out.put(name, e.buffer()));
    return out;
  }

  /** Takes the values from a file that has exactly these tensors. @throws InvalidInput when it has not */
  void load(Path path) {
    try (var file = SafetensorsFile.open(path)) {
      if (!file.names().stream().sorted().toList().equals(entries.keySet().stream().sorted().toList())) {
        throw new InvalidInput(path + " does not hold " + description + " of this run; resume with the configuration that the run began with.");
      }
      var chunk = new float[CHUNK];
      entries.forEach((name, e) -> {
        if (!Arrays.equals(file.shape(name), e.shape())) {
          throw new InvalidInput(path + ": " + name + " has another shape than the model's; resume with the configuration that the run began with.");
        }
        for (long at = 0; at < e.buffer().length(); at += CHUNK) {
          int n = (int) Math.min(CHUNK, e.buffer().length() - at);
          file.read(name, at, chunk, 0, n);
          e.buffer().write(at, chunk, 0, n);
        }
      });
    }
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public long[] shape(String name) {
    return entries.get(name).shape();
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    entries.get(name).buffer().read(offset, target, from, count);
  }
}
