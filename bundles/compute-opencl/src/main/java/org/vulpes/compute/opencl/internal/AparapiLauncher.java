package org.vulpes.compute.opencl.internal;

import com.aparapi.Range;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.opencl.OpenCLArgDescriptor;
import com.aparapi.internal.opencl.OpenCLKernel;
import com.aparapi.internal.opencl.OpenCLPlatform;
import com.aparapi.internal.opencl.OpenCLProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.vulpes.slot.InvalidInput;

/**
 * Launches through Aparapi instead of directly: it lists platforms and devices, adopts the queue and the programs of our context, and waits for every launch. Buffers are handed over as numbers (Aparapi
 * sets eight bytes as they are, and a buffer's handle is eight bytes), so nothing is copied and nothing lies in Java arrays.
 */
final class AparapiLauncher {
  private static final long ARGUMENT = OpenCLArgDescriptor.ARG_PRIMITIVE_BIT | OpenCLArgDescriptor.ARG_ISARG_BIT;
  private static final long LONG = ARGUMENT | OpenCLArgDescriptor.ARG_LONG_BIT;
  private static final long INT = ARGUMENT | OpenCLArgDescriptor.ARG_INT_BIT;
  private static final long FLOAT = ARGUMENT | OpenCLArgDescriptor.ARG_FLOAT_BIT;
  private static final long LOCAL = OpenCLArgDescriptor.ARG_ARRAY_BIT | OpenCLArgDescriptor.ARG_FLOAT_BIT | OpenCLArgDescriptor.ARG_LOCAL_BIT | OpenCLArgDescriptor.ARG_ISARG_BIT;

  /** A kernel with its arguments. */
  interface Launch extends AutoCloseable {
    void run();

    @Override
    void close();
  }

  private final ClContext context;
  private final OpenCLDevice device;

  /** @throws InvalidInput when Aparapi is not installed, has no library for this machine, or does not see the device */
  AparapiLauncher(ClContext context) {
    this.context = context;
    try {
      device = find(context.facts);
    } catch (LinkageError e) {
      throw new InvalidInput("device.opencl.launcher = aparapi: Aparapi's library cannot be loaded here (" + e.getMessage() + "); it is there for Linux on x86_64. launcher = native works everywhere.", e);
    }
  }

  private static OpenCLDevice find(ClFacts facts) {
    var seen = new ArrayList<String>();
    for (OpenCLPlatform p : new OpenCLPlatform().getOpenCLPlatforms()) {
      for (OpenCLDevice d : p.getOpenCLDevices()) {
        // Both layers talk to the same loader in one process: a device has one handle.
        if (d.getDeviceId() == facts.handle()) return d;
        seen.add(d.getName());
      }
    }
    throw new InvalidInput("device.opencl.launcher = aparapi: Aparapi does not see " + facts.describe() + (seen.isEmpty() ? "." : ", only " + String.join(", ", seen) + "."));
  }

  /** @param program handle of the built program @param memory the handle of a place */
  Launch launch(Planned planned, long program, ToLongFunction<Place> memory) {
    var adopted = new OpenCLProgram(program, context.queue(), context.context(), device, planned.program().text());
    var descriptors = new ArrayList<OpenCLArgDescriptor>();
    var arguments = new ArrayList<Object>();
    arguments.add(range(planned));
    for (Object a : planned.arguments()) {
      String name = "argument" + descriptors.size();
      switch (a) {
        case Place p -> add(descriptors, arguments, name, LONG, memory.applyAsLong(p));
        case Long n -> add(descriptors, arguments, name, LONG, n);
        case Integer n -> add(descriptors, arguments, name, INT, n);
        case Float x -> add(descriptors, arguments, name, FLOAT, x);
        case Planned.LocalBytes l -> add(descriptors, arguments, name, LOCAL, new float[Math.toIntExact((l.bytes() + 3) / 4)]);
        default -> throw new IllegalStateException("an argument of " + a.getClass());
      }
    }
    OpenCLKernel kernel = OpenCLKernel.createKernel(adopted, planned.kernel(), List.copyOf(descriptors));
    if (kernel == null) throw new InvalidInput(planned.place() + "Aparapi cannot make kernel '" + planned.kernel() + "'.");
    Object[] all = arguments.toArray();
    return new Launch() {
      @Override
      public void run() {
        kernel.invoke(all);
      }

      @Override
      public void close() {
        kernel.dispose();
      }
    };
  }

  private static void add(List<OpenCLArgDescriptor> descriptors, List<Object> arguments, String name, long bits, Object value) {
    descriptors.add(new OpenCLArgDescriptor(name, bits));
    arguments.add(value);
  }

  private Range range(Planned p) {
    int[] g = new int[p.global().length], l = new int[g.length];
    for (int i = 0; i < g.length; i++) {
      g[i] = Math.toIntExact(p.global()[i]);
      l[i] = Math.toIntExact(p.local()[i]);
    }
    return switch (g.length) {
      case 1 -> Range.create(device, g[0], l[0]);
      case 2 -> Range.create2D(device, g[0], g[1], l[0], l[1]);
      default -> Range.create3D(device, g[0], g[1], g[2], l[0], l[1], l[2]);
    };
  }
}
