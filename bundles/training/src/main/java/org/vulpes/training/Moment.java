package org.vulpes.training;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.model.Parameter;

/** One moment of all parameters. Belongs to the run: it may be handed from one optimizer to the next. */
final class Moment implements AutoCloseable {
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  /** How many updates it has seen. */
  long updates;

  /** All zero. */
  Moment(Device device, List<Parameter> trained) {
    try {
      for (Parameter p : trained) buffers.put(p.name(), device.allocate(DType.F32, p.shape().length()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** By parameter. */
  Map<String, Buffer> buffers() {
    return buffers;
  }

  @Override
  public void close() {
    buffers.values().forEach(Buffer::close);
  }
}
