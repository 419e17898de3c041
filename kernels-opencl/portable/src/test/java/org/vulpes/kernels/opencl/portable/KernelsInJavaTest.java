package org.vulpes.kernels.opencl.portable;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.internal.kernel.KernelManager;
import org.junit.jupiter.api.Test;

/** The classes that are translated, run as plain Java by Aparapi's threads: what is wrong here is wrong in the source, not in the translation. */
class KernelsInJavaTest {
  private static void run(Kernel kernel, int global, int local) {
    Device threads = KernelManager.DeprecatedMethods.firstDevice(Device.TYPE.JTP);
    kernel.execute(Range.create(threads, global, local));
    kernel.dispose();
  }

  @Test
  void aNormIsOneInTheMean() {
    var k = new RmsNorm();
    k.x = new float[] {3, 4, 6, 8};
    k.weight = new float[] {1, 2};
    k.y = new float[4];
    k.inverse = new float[2];
    k.groups = 2;
    k.group = 2;
    run(k, 2, 1);
    double first = 1 / Math.sqrt(12.5);
    assertArrayEquals(new float[] {(float) (3 * first), (float) (8 * first), (float) (3 * first), (float) (8 * first)}, k.y, 1e-6f);
    assertEquals(first / 2, k.inverse[1], 1e-6);
  }

  @Test
  void aGroupAddsItsPartsThroughLocalMemory() {
    var k = new DotParts();
    k.a = new float[1000];
    k.b = new float[1000];
    for (int i = 0; i < 1000; i++) {
      k.a[i] = i;
      k.b[i] = 1;
    }
    k.n = 1000;
    k.parts = new float[2];
    run(k, 64, 32);
    assertEquals(999 * 500, k.parts[0] + k.parts[1], 1);
  }

  @Test
  void anUpdateMovesAgainstTheGradient() {
    var k = new Adamw();
    k.p = new float[] {1, 1};
    k.g = new float[] {2, -2};
    k.m = new float[2];
    k.v = new float[2];
    k.factor = new float[] {1};
    // At the first step the corrected moments are g and g²: the step is the rate.
    k.hyper = new float[] {0.01f, 0.9f, 0.99f, 1e-8f, 0, 0.1f, 0.01f, 0};
    k.pNew = new float[2];
    k.mNew = new float[2];
    k.vNew = new float[2];
    k.n = 2;
    run(k, 2, 1);
    assertArrayEquals(new float[] {0.99f, 1.01f}, k.pNew, 1e-5f);
  }
}
