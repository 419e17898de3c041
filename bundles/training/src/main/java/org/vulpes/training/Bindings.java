package org.vulpes.training;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.compute.KernelFamily;
import org.vulpes.graph.Recording;

/** Ties recordings to memory. */
final class Bindings {
  private Bindings() {}

  /**
   * @param own is given every buffer that is allocated for the recording's constants
   * @param families implementations that replace the device's own
   */
  static Executable prepare(Device device, Recording recording, Map<String, Buffer> given, UnaryOperator<Buffer> own, List<KernelFamily> families) {
    var all = new HashMap<>(given);
    recording.constants().forEach((name, values) -> {
      Buffer b = own.apply(device.allocate(DType.F32, values.length));
      b.write(0, values, 0, values.length);
      all.put(name, b);
    });
    var used = new HashMap<String, Buffer>();
    for (var b : recording.program().bindings()) used.put(b.name(), all.get(b.name()));
    return device.prepare(recording.program(), used, families);
  }
}
