package org.vulpes.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Program;
import org.vulpes.graph.reference.ReferenceDevice;

/** Runs recordings on the reference device with values by name. */
public final class Run {
  private Run() {}

  /** What every binding holds afterwards. Bindings without a value start at zero. */
  public static Map<String, double[]> once(Recording recording, Map<String, double[]> values) {
    try (var device = new ReferenceDevice()) {
      var buffers = new HashMap<String, Buffer>();
      for (Program.Binding b : recording.program().bindings()) {
        Buffer buffer = device.allocate(b.type(), b.length());
        double[] given = recording.constants().getOrDefault(b.name(), values.get(b.name()));
        if (given != null) {
          if (b.type() == DType.I32) {
            int[] whole = new int[given.length];
            for (int i = 0; i < whole.length; i++) whole[i] = (int) given[i];
            buffer.write(0, whole, 0, whole.length);
          } else {
            buffer.write(0, given, 0, given.length);
          }
        }
        buffers.put(b.name(), buffer);
      }
      try (var executable = device.prepare(recording.program(), buffers)) {
        executable.run();
      }
      var after = new LinkedHashMap<String, double[]>();
      for (Program.Binding b : recording.program().bindings()) {
        if (b.type() == DType.I32) continue;
        double[] got = new double[(int) b.length()];
        buffers.get(b.name()).read(0, got, 0, got.length);
        after.put(b.name(), got);
      }
      return after;
    }
  }
}
