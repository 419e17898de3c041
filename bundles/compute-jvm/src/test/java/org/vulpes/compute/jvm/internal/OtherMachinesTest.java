package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one JVM cannot show: other SIMD widths, and code that is never compiled. Each runs in a Java process of its own. */
class OtherMachinesTest {

  /** Checks matrix products and the head against float64 at the width of this JVM; prints it and the bits of a small step. */
  static final class Child {
    private static final List<KernelCheck> SMALL = SmallCases.all();

    private Child() {}

    public static void main(String[] args) {
      switch (args[0]) {
        case "check" -> {
          int count = 0;
          for (var c : GemmKernelsTest.cases()) {
            double error = OneCall.error(c.call().run(1)[0], c.reference());
            if (!(error <= GemmKernelsTest.TOLERANCE)) throw new AssertionError(c + ": " + error);
            count++;
          }
          var head = new LossKernelsTest();
          for (var h : LossKernelsTest.heads()) head.agreesWithFloat64(h);
          SmallCases.all().forEach(KernelCheck::run);
          System.out.println(Memory.SPECIES.vectorBitSize() + " bits, " + count + " products");
        }
        case "hot" -> {
          String first = bits();
          // Enough for the tiles to be compiled: 8 rows of a tile, 5,000 calls.
          for (int i = 0; i < 120; i++) bits();
          String last = bits();
          if (!first.equals(last)) throw new AssertionError("cold " + first + ", hot " + last);
          System.out.println(last);
        }
        default -> System.out.println(bits());
      }
    }

    /** Checksum of a forward and backward step through a linear layer and the head. */
    private static String bits() {
      var crc = new CRC32();
      for (boolean a : new boolean[] {false, true}) {
        for (boolean b : new boolean[] {false, true}) add(crc, new GemmKernelsTest.Case(19, 35, 18, a, b, a).call().run(1));
      }
      var head = new LossKernelsTest.Head(9, 18, 70, 1);
      float[][] loss = head.loss().run(1);
      add(crc, loss);
      add(crc, head.gradient(loss[1]).run(1));
      for (var c : SMALL) add(crc, c.once());
      return Long.toHexString(crc.getValue());
    }

    private static void add(CRC32 crc, float[][] results) {
      for (float[] r : results) {
        for (float v : r) {
          int bits = Float.floatToRawIntBits(v);
          for (int s = 0; s < 32; s += 8) crc.update(bits >>> s);
        }
      }
    }
  }

  private static String run(List<String> flags, String what) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules", "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED", "-XX:Tier3DelayOn=1000000"));
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName(), what));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return Arrays.stream(output.split("\n")).filter(l -> !l.startsWith("WARNING")).reduce((x, y) -> y).orElse("").trim();
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void kernelsAreRightAtEverySimdWidth(int bits) throws Exception {
    // Wider registers than the machine has are simulated object by object: minutes instead of seconds.
    assumeTrue(bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize(), "this machine has no registers of " + bits + " bits");
    assertEquals(bits + " bits, " + GemmKernelsTest.cases().size() + " products", run(List.of("-Dvulpes.jvm.vector-bits=" + bits), "check"));
  }

  @Test
  void interpretedAndCompiledCodeGiveTheSameBits() throws Exception {
    String interpreted = run(List.of("-Xint"), "cold");
    assertNotEquals("0", interpreted);
    assertEquals(interpreted, run(List.of(), "hot"));
  }
}
