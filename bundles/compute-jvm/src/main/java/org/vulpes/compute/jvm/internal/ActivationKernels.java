package org.vulpes.compute.jvm.internal;

import static org.vulpes.compute.jvm.internal.Memory.STEP;
import static org.vulpes.compute.jvm.internal.Memory.broadcast;
import static org.vulpes.compute.jvm.internal.Memory.load;
import static org.vulpes.compute.jvm.internal.Memory.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.vulpes.graph.operations.Activate;
import org.vulpes.graph.operations.ActivateGradient;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.GatedActivationGradient;

/**
 * Activation functions, plain and gated, and their gradients. A loop for every function: a loop that is told its function by a parameter would
 * box its vectors as soon as a program uses two functions.
 */
final class ActivationKernels {
  /** 2 √(2/π): GELU_TANH is x · sigmoid(2u), u = √(2/π) (x + 0.044715 x³), because (1 + tanh u)/2 = sigmoid(2u). */
  private static final FloatVector TANH_1 = broadcast(1.5957691216057308f);
  private static final FloatVector TANH_3 = broadcast(0.07135481627260025f);
  private static final FloatVector TANH_3_TIMES_3 = broadcast(0.21406444881780073f);
  private static final FloatVector DENSITY_AT_0 = broadcast(0.3989422804014327f);
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector ZERO = broadcast(0f);

  private ActivationKernels() {}

  static void register(KernelTable table) {
    table.with(Activate.class, (Activate k, Call call) -> new Work[] {switch (k.kind()) {
          case SILU -> new Silu(call);
          case GELU -> new Gelu(call);
          case GELU_TANH -> new GeluTanh(call);
          case RELU -> new Relu(call);
          case RELU_SQUARED -> new ReluSquared(call);
        }})
        .with(GatedActivation.class, (GatedActivation k, Call call) -> new Work[] {switch (k.kind()) {
          case SILU -> new GatedSilu(call);
          case GELU -> new GatedGelu(call);
          case GELU_TANH -> new GatedGeluTanh(call);
          case RELU -> new GatedRelu(call);
          case RELU_SQUARED -> new GatedReluSquared(call);
        }})
        .with(ActivateGradient.class, (ActivateGradient k, Call call) -> new Work[] {switch (k.kind()) {
          case SILU -> new SiluGradient(call);
          case GELU -> new GeluGradient(call);
          case GELU_TANH -> new GeluTanhGradient(call);
          case RELU -> new ReluGradient(call);
          case RELU_SQUARED -> new ReluSquaredGradient(call);
        }})
        .with(GatedActivationGradient.class, (GatedActivationGradient k, Call call) -> switch (k.kind()) {
          case SILU -> new Work[] {new GatedSiluGradient(call)};
          case GELU -> new Work[] {new GeluParts(call), new GatedGeluGradient(call)};
          case GELU_TANH -> new Work[] {new GatedGeluTanhGradient(call)};
          case RELU -> new Work[] {new GatedReluGradient(call)};
          case RELU_SQUARED -> new Work[] {new GatedReluSquaredGradient(call)};
        });
  }

  /** s + x·s·(1 − s): the derivative of x·s with s = sigmoid(x). */
  private static FloatVector siluSlope(FloatVector x, FloatVector s) {
    return x.mul(s).fma(ONE.sub(s), s);
  }

  private static FloatVector geluSlope(FloatVector x, FloatVector bell, FloatVector phi) {
    return x.mul(bell).fma(DENSITY_AT_0, phi);
  }

  /** sigmoid(2u). */
  private static FloatVector tanhGate(FloatVector x) {
    return VectorMath.sigmoid(x.mul(x.mul(x).fma(TANH_3, TANH_1)));
  }

  /** s + x·s·(1 − s)·2u', 2u' = TANH_1 + 3·TANH_3·x². */
  private static FloatVector geluTanhSlope(FloatVector x, FloatVector s) {
    FloatVector twice = x.mul(x).fma(TANH_3_TIMES_3, TANH_1);
    return x.mul(s).mul(ONE.sub(s)).fma(twice, s);
  }

  private static FloatVector relu(FloatVector x) {
    return VectorMath.atLeast(x, ZERO);
  }

  /** dy where x is above 0, else 0. */
  private static FloatVector whereOn(FloatVector x, FloatVector dy) {
    return ZERO.blend(dy, x.compare(VectorOperators.GT, ZERO));
  }

  private static final class Silu extends Flat {
    Silu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(VectorMath.sigmoid(g)), y + o);
      }
    }
  }

  private static final class GatedSilu extends Flat {
    GatedSilu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(VectorMath.sigmoid(g)).mul(load(up + o)), y + o);
      }
    }
  }

  private static final class SiluGradient extends Flat {
    SiluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, dy = in[1] + from, dx = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), s = VectorMath.sigmoid(g);
        store(load(dy + o).mul(siluSlope(g, s)), dx + o);
      }
    }
  }

  private static final class GatedSiluGradient extends Flat {
    GatedSiluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, dy = in[2] + from, dgate = out[0] + from, dup = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), s = VectorMath.sigmoid(g);
        FloatVector d = load(dy + o), u = load(up + o);
        store(d.mul(u).mul(siluSlope(g, s)), dgate + o);
        store(d.mul(g.mul(s)), dup + o);
      }
    }
  }

  private static final class Gelu extends Flat {
    Gelu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(VectorMath.normalDistribution(g, VectorMath.bell(g))), y + o);
      }
    }
  }

  private static final class GatedGelu extends Flat {
    GatedGelu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(VectorMath.normalDistribution(g, VectorMath.bell(g))).mul(load(up + o)), y + o);
      }
    }
  }

  private static final class GeluGradient extends Flat {
    GeluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, dy = in[1] + from, dx = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), bell = VectorMath.bell(g), phi = VectorMath.normalDistribution(g, bell);
        store(load(dy + o).mul(geluSlope(g, bell, phi)), dx + o);
      }
    }
  }

  /** First phase of GeGLU's gradient: the bell and Φ of the gate wait in the outputs. In one loop with the second they exceed what the compiler inlines. */
  private static final class GeluParts extends Flat {
    GeluParts(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, bells = out[0] + from, phis = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), bell = VectorMath.bell(g);
        store(bell, bells + o);
        store(VectorMath.normalDistribution(g, bell), phis + o);
      }
    }
  }

  private static final class GatedGeluGradient extends Flat {
    GatedGeluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, dy = in[2] + from, dgate = out[0] + from, dup = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), d = load(dy + o), phi = load(dup + o);
        store(d.mul(load(up + o)).mul(geluSlope(g, load(dgate + o), phi)), dgate + o);
        store(d.mul(g.mul(phi)), dup + o);
      }
    }
  }

  private static final class GeluTanh extends Flat {
    GeluTanh(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(tanhGate(g)), y + o);
      }
    }
  }

  private static final class GatedGeluTanh extends Flat {
    GatedGeluTanh(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(g.mul(tanhGate(g)).mul(load(up + o)), y + o);
      }
    }
  }

  private static final class GeluTanhGradient extends Flat {
    GeluTanhGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, dy = in[1] + from, dx = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), s = tanhGate(g);
        store(load(dy + o).mul(geluTanhSlope(g, s)), dx + o);
      }
    }
  }

  private static final class GatedGeluTanhGradient extends Flat {
    GatedGeluTanhGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, dy = in[2] + from, dgate = out[0] + from, dup = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), s = tanhGate(g);
        FloatVector d = load(dy + o), u = load(up + o);
        store(d.mul(u).mul(geluTanhSlope(g, s)), dgate + o);
        store(d.mul(g.mul(s)), dup + o);
      }
    }
  }

  private static final class Relu extends Flat {
    Relu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(relu(g), y + o);
      }
    }
  }

  private static final class GatedRelu extends Flat {
    GatedRelu(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o);
        store(relu(g).mul(load(up + o)), y + o);
      }
    }
  }

  private static final class ReluGradient extends Flat {
    ReluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, dy = in[1] + from, dx = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        store(whereOn(load(x + o), load(dy + o)), dx + o);
      }
    }
  }

  private static final class GatedReluGradient extends Flat {
    GatedReluGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, dy = in[2] + from, dgate = out[0] + from, dup = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = load(x + o), d = load(dy + o), u = load(up + o);
        store(whereOn(g, d.mul(u)), dgate + o);
        store(d.mul(relu(g)), dup + o);
      }
    }
  }

  private static final class ReluSquared extends Flat {
    ReluSquared(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = relu(load(x + o));
        store(g.mul(g), y + o);
      }
    }
  }

  private static final class GatedReluSquared extends Flat {
    GatedReluSquared(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, y = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = relu(load(x + o));
        store(g.mul(g).mul(load(up + o)), y + o);
      }
    }
  }

  private static final class ReluSquaredGradient extends Flat {
    ReluSquaredGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, dy = in[1] + from, dx = out[0] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = relu(load(x + o));
        store(load(dy + o).mul(g.add(g)), dx + o);
      }
    }
  }

  private static final class GatedReluSquaredGradient extends Flat {
    GatedReluSquaredGradient(Call call) {
      super(call);
    }

    @Override
    void loop(long[] in, long[] out, long from, int bytes) {
      long x = in[0] + from, up = in[1] + from, dy = in[2] + from, dgate = out[0] + from, dup = out[1] + from;
      for (int o = 0; o < bytes; o += (int) STEP) {
        FloatVector g = relu(load(x + o)), d = load(dy + o), u = load(up + o);
        store(d.mul(u).mul(g.add(g)), dgate + o);
        store(d.mul(g.mul(g)), dup + o);
      }
    }
  }
}
