package org.vulpes.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/** The weights of a Hugging Face folder: {@code model.safetensors}, or the shards that {@code model.safetensors.index.json} lists. */
public final class WeightFolder implements TensorSource, AutoCloseable {
  private static final long MOST_INDEX = 64 << 20;

  private final Path folder;
  private final SortedMap<String, SafetensorsFile> files = new TreeMap<>();
  private final SortedMap<String, SafetensorsFile> byTensor = new TreeMap<>();

  private WeightFolder(Path folder) {
    this.folder = folder;
  }

  /** @throws InvalidInput when the weights are missing or damaged */
  public static WeightFolder open(Path folder) {
    var out = new WeightFolder(folder);
    try {
      if (Files.exists(folder.resolve("model.safetensors"))) {
        out.add("model.safetensors");
      } else if (Files.exists(folder.resolve("model.safetensors.index.json"))) {
        out.addShards(folder.resolve("model.safetensors.index.json"));
      } else {
        throw new InvalidInput(folder + " has neither model.safetensors nor model.safetensors.index.json; name a folder with weights.");
      }
      return out;
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
  }

  private void addShards(Path index) {
    JsonNode map = JsonText.parse(JsonText.read(index, MOST_INDEX), index.toString()).path("weight_map");
    if (!map.isObject()) throw new InvalidInput(index + ": weight_map is missing.");
    var wanted = new TreeMap<String, String>();
    map.properties().forEach(e -> wanted.put(e.getKey(), e.getValue().asText()));
    for (String file : new TreeSet<>(wanted.values())) {
      // A name with a folder in it could lead anywhere on this machine.
      if (!file.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
        throw new InvalidInput(index + ": weight_map names the file '" + file + "'; shards must lie beside the index.");
      }
      add(file);
    }
    wanted.forEach((tensor, file) -> {
      if (byTensor.get(tensor) != files.get(file)) throw new InvalidInput(index + ": tensor '" + tensor + "' is not in " + file + ".");
    });
  }

  private void add(String name) {
    SafetensorsFile file = SafetensorsFile.open(folder.resolve(name));
    files.put(name, file);
    for (String tensor : file.names()) {
      if (byTensor.put(tensor, file) != null) throw new InvalidInput(file.description() + ": tensor '" + tensor + "' stands in another shard too.");
    }
  }

  @Override
  public String description() {
    return files.size() == 1 ? files.firstEntry().getValue().description() : folder.toString();
  }

  @Override
  public List<String> names() {
    return List.copyOf(byTensor.keySet());
  }

  @Override
  public long[] shape(String name) {
    return file(name).shape(name);
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    file(name).read(name, offset, target, from, count);
  }

  private SafetensorsFile file(String name) {
    SafetensorsFile file = byTensor.get(name);
    if (file == null) throw new InvalidInput(description() + " has no tensor '" + name + "'.");
    return file;
  }

  @Override
  public void close() {
    files.values().forEach(SafetensorsFile::close);
  }
}
