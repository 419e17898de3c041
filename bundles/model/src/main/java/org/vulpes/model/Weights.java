package org.vulpes.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

/**
 * The values of a decoder's parameters on a device: one F32 buffer for each, under the parameter's name, which is also its binding's name in
 * every program of the model. Used by one thread at a time.
 */
public final class Weights implements TensorSource, AutoCloseable {
  /** Elements that travel at once: 256 KiB. */
  private static final int CHUNK = 1 << 16;

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final String description;

  private Weights(List<Parameter> parameters, Device device) {
    this.description = "the weights on " + device.info().id();
    try {
      for (Parameter p : parameters) {
        this.parameters.put(p.name(), p);
        buffers.put(p.name(), device.allocate(DType.F32, p.shape().length()));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Memory for every parameter, all zero. @throws org.vulpes.compute.OutOfDeviceMemory when it does not fit; nothing stays allocated */
  public static Weights allocate(Decoder decoder, Device device) {
    return allocate(decoder.parameters(), device);
  }

  /** The same for tensors that belong to no decoder. */
  public static Weights allocate(List<Parameter> parameters, Device device) {
    return new Weights(parameters, device);
  }

  /** Gives every parameter its initial value: a function of seed, name and index alone. */
  public void initialise(long seed) {
    var chunk = new float[CHUNK];
    for (Parameter p : parameters.values()) {
      Random64 random = p.random(seed);
      Buffer buffer = buffers.get(p.name());
      for (long at = 0; at < buffer.length(); at += CHUNK) {
        int n = (int) Math.min(CHUNK, buffer.length() - at);
        for (int i = 0; i < n; i++) chunk[i] = p.initialValue(random, at + i);
        buffer.write(at, chunk, 0, n);
      }
    }
  }

  /**
   * Takes every parameter's values from a source that has exactly these tensors.
   *
   * @throws InvalidInput when a tensor is missing, left over, of another shape or unreadable; the weights are then unchanged
   */
  public void load(TensorSource source) {
    load(source, Set.of());
  }

  /**
   * The same from a source that lacks some tensors, which keep their values.
   *
   * @param absent names of tensors that the source does not have
   */
  public void load(TensorSource source, Set<String> absent) {
    var wanted = new TreeSet<>(parameters.keySet());
    wanted.removeAll(absent);
    var missing = new TreeSet<>(wanted);
    source.names().forEach(missing::remove);
    if (!missing.isEmpty()) {
      throw new InvalidInput(source.description() + " lacks " + some(missing) + " of the model; take the configuration that the weights were trained with.");
    }
    var unknown = new TreeSet<>(source.names());
    unknown.removeAll(wanted);
    if (!unknown.isEmpty()) {
      throw new InvalidInput(source.description() + " holds " + some(unknown) + ", for which the model has no place; take the configuration "
          + "that the weights were trained with.");
    }
    for (String name : wanted) {
      Parameter p = parameters.get(name);
      long[] want = shape(name);
      long[] have = source.shape(p.name());
      if (!Arrays.equals(want, have)) {
        throw new InvalidInput(source.description() + ": " + p.name() + " has shape " + Arrays.toString(have) + ", but the model needs "
            + p.shape() + "; take the configuration that the weights were trained with.");
      }
    }
    var chunk = new float[CHUNK];
    // Reading nothing asks whether the tensor can be read at all, before anything is changed.
    for (String name : wanted) source.read(name, 0, chunk, 0, 0);
    for (String name : wanted) {
      Buffer buffer = buffers.get(name);
      for (long at = 0; at < buffer.length(); at += CHUNK) {
        int n = (int) Math.min(CHUNK, buffer.length() - at);
        source.read(name, at, chunk, 0, n);
        buffer.write(at, chunk, 0, n);
      }
    }
  }

  private static String some(TreeSet<String> names) {
    return "'" + names.first() + "'" + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : "");
  }

  /** The same as weights of the plain decoder: adapters are added to the matrices that they adapt, W + alpha/rank · B A. Read when it is asked. @param decoder that these are the weights of */
  public TensorSource merged(Decoder decoder) {
    return decoder.adapted() ? new MergedWeights(this, decoder) : this;
  }

  /** By parameter name, in the order of {@link Decoder#parameters}: ready to be bound to a program. */
  public Map<String, Buffer> buffers() {
    return Collections.unmodifiableMap(buffers);
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public List<String> names() {
    return List.copyOf(parameters.keySet());
  }

  @Override
  public long[] shape(String name) {
    Parameter p = parameters.get(name);
    if (p == null) throw new InvalidInput(description + " have no tensor '" + name + "'.");
    return Arrays.stream(p.shape().sizes()).asLongStream().toArray();
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    buffers.get(name).read(offset, target, from, count);
  }

  @Override
  public void close() {
    buffers.values().forEach(Buffer::close);
    buffers.clear();
  }
}
