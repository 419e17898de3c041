package org.vulpes.graph.reference;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Program;
import org.vulpes.graph.Recording;

/** Runs a recording once in float64, for tests of what graphs compute. */
public final class ReferenceRun {
  private ReferenceRun() {}

  /**
   * What every binding of F32 holds afterwards.
   *
   * @param values by binding; ids and positions as whole doubles. What has none starts at zero
   */
  public static Map<String, double[]> once(Recording recording, Map<String, double[]> values) {
    try (var device = new ReferenceDevice()) {
      var buffers = new HashMap<String, Buffer>();
      for (Program.Binding b : recording.program().bindings()) {
        Buffer buffer = device.allocate(b.type(), b.length());
        double[] given = recording.constants().getOrDefault(b.name(), values.get(b.name()));
        if (given != null && b.type() == DType.I32) buffer.write(0, Arrays.stream(given).mapToInt(x -> (int) x).toArray(), 0, given.length);
        else if (given != null) buffer.write(0, given, 0, given.length);
        buffers.put(b.name(), buffer);
      }
      try (var executable = device.prepare(recording.program(), buffers)) {
        executable.run();
      }
      var after = new TreeMap<String, double[]>();
      buffers.forEach((name, buffer) -> {
        if (buffer.type() == DType.I32) return;
        double[] got = new double[(int) buffer.length()];
        buffer.read(0, got, 0, got.length);
        after.put(name, got);
      });
      return after;
    }
  }
}
