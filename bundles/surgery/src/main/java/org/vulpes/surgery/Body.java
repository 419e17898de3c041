package org.vulpes.surgery;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/** The tensors that are operated on: the weights of a model, or one moment of them. What nobody touches is read from where it lies, piece by piece. */
public final class Body implements TensorSource {
  private final TensorSource source;
  private final Meaning meaning;
  private final long seed;
  private final Map<String, Part> parts = new LinkedHashMap<>();

  /** @param place in the source; null when the values are here */
  private record Part(long[] shape, String place, float[] values) {}

  /** @param seed of the run, from which new weights follow */
  Body(TensorSource source, Meaning meaning, long seed) {
    this.source = source;
    this.meaning = meaning;
    this.seed = seed;
    for (String name : source.names()) parts.put(name, new Part(source.shape(name), name, null));
  }

  public Meaning meaning() {
    return meaning;
  }

  /** All numbers of a tensor, row by row; the caller's own. @throws InvalidInput when there is no such tensor */
  public float[] values(String name) {
    Part p = part(name);
    if (p.values != null) return p.values.clone();
    long n = Arrays.stream(p.shape).reduce(1, Math::multiplyExact);
    var out = new float[Math.toIntExact(n)];
    source.read(p.place, 0, out, 0, out.length);
    return out;
  }

  /** Gives a parameter its numbers; they are not copied. */
  public void put(Parameter p, float[] values) {
    if (values.length != p.shape().length()) throw new IllegalArgumentException(values.length + " values for " + p.name() + " " + p.shape());
    parts.put(p.name(), new Part(longs(p.shape().sizes()), null, values));
  }

  /** The numbers with which a parameter that is new begins: its initial values, or zeros for a moment. */
  public float[] fresh(Parameter p) {
    var out = new float[Math.toIntExact(p.shape().length())];
    if (meaning != Meaning.VALUE) return out;
    var random = p.random(seed);
    for (int i = 0; i < out.length; i++) out[i] = p.initialValue(random, i);
    return out;
  }

  /** Lets a tensor be found under another name too. */
  public void copy(String from, String to) {
    parts.put(to, part(from));
  }

  public void remove(String name) {
    part(name);
    parts.remove(name);
  }

  /** Numbers times a factor, as a tensor of the same shape. */
  public void scale(String name, double factor) {
    if (factor == 1) return;
    Part p = part(name);
    float[] values = values(name);
    for (int i = 0; i < values.length; i++) values[i] = (float) (factor * values[i]);
    parts.put(name, new Part(p.shape, null, values));
  }

  /** Takes all tensors at once under other names: {@code to → from}. What is not named goes. */
  public void rename(Map<String, String> from) {
    var fresh = new LinkedHashMap<String, Part>();
    from.forEach((to, old) -> fresh.put(to, part(old)));
    parts.clear();
    parts.putAll(fresh);
  }

  public boolean has(String name) {
    return parts.containsKey(name);
  }

  private Part part(String name) {
    Part p = parts.get(name);
    if (p == null) throw new InvalidInput(description() + " have no tensor '" + name + "'.");
    return p;
  }

  static long[] longs(int[] sizes) {
    return Arrays.stream(sizes).asLongStream().toArray();
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public List<String> names() {
    return List.copyOf(parts.keySet());
  }

  @Override
  public long[] shape(String name) {
    return part(name).shape.clone();
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    Part p = part(name);
    if (p.values == null) source.read(p.place, offset, target, from, count);
    else System.arraycopy(p.values, Math.toIntExact(offset), target, from, count);
  }
}
