package org.vulpes.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.model.Parameter;

/**
 * One moment of the parameters for which an optimizer keeps it. Belongs to the run: the whole of it, or some of its buffers, may be handed from one optimizer to the next.
 */
final class Moment implements AutoCloseable {
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  /** How many updates it has seen. */
  long updates;

  /** @param before of the same name, whose buffers it goes on with; null: none. The others are zero */
  Moment(Device device, List<Parameter> parameters, Moment before) {
    try {
      for (Parameter p : parameters) {
        Buffer there = before == null ? null : before.buffers.get(p.name());
        buffers.put(p.name(), there != null ? there : device.allocate(DType.F32, p.shape().length()));
      }
    } catch (RuntimeException e) {
      close(before);
      throw e;
    }
  }

  /** By parameter. */
  Map<String, Buffer> buffers() {
    return buffers;
  }

  /** @param kept a moment some of whose buffers are these and stay; null: none */
  void close(Moment kept) {
    buffers.forEach((name, b) -> {
      if (kept == null || kept.buffers.get(name) != b) b.close();
    });
  }

  @Override
  public void close() {
    close(null);
  }
}
