package org.vulpes.generation;

import java.util.HashMap;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.compute.Program;
import org.vulpes.model.Decoder;

/** Keys and values of some sequences, one a slot, and the programs that read and write them. Memory is taken when the first program names it. */
final class KeyValueCache implements AutoCloseable {
  private record Shape(int rows, int time) {}

  private final Decoder decoder;
  private final Device device;
  private final Map<String, Buffer> weights;
  private final int slots;
  private final int capacity;
  private final Map<String, Buffer> buffers = new HashMap<>();
  private final Map<Shape, CachedProgram> programs = new HashMap<>();

  /** @param capacity places of a slot */
  KeyValueCache(Decoder decoder, Device device, Map<String, Buffer> weights, int slots, int capacity) {
    this.decoder = decoder;
    this.device = device;
    this.weights = weights;
    this.slots = slots;
    this.capacity = capacity;
  }

  Device device() {
    return device;
  }

  int slots() {
    return slots;
  }

  int capacity() {
    return capacity;
  }

  /** The weight or cache that a program binds; null: the program's own. */
  Buffer buffer(Program.Binding b) {
    if (!b.name().startsWith(CacheContext.PREFIX)) return weights.get(b.name());
    return buffers.computeIfAbsent(b.name(), _ -> device.allocate(b.type(), b.length()));
  }

  CachedProgram prompts(int rows, int time) {
    return programs.computeIfAbsent(new Shape(rows, time), s -> CachedProgram.prompts(decoder, this, s.rows, s.time));
  }

  CachedProgram step(int rows) {
    return programs.computeIfAbsent(new Shape(rows, 0), s -> CachedProgram.step(decoder, this, s.rows));
  }

  @Override
  public void close() {
    programs.values().forEach(CachedProgram::close);
    buffers.values().forEach(Buffer::close);
  }
}
