package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.slot.InvalidInput;

/** What is wrong in a text of kernels is said with its place, when it is read or when its first program is prepared. */
class TextMistakesTest {
  @BeforeAll
  static void device() {
    Present.orSkip();
  }

  @Test
  void mistakesInATextAreSaidWithTheirPlace() {
    var e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited("repeat = inputs", "repaet = inputs")));
    assertTrue(e.getMessage().contains("repaet is not a key here; did you mean 'repeat'?"), e.getMessage());
    e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited("m = \"rows(c)\"", "m = \"rows(c\"")));
    assertTrue(e.getMessage().contains("let.m cannot be read: 'rows(c' at character 7: ')' is expected"), e.getMessage());
    e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited("m = \"rows(c)\"", "m = \"dim(c)\"")));
    assertTrue(e.getMessage().contains("dim takes two arguments, not 1"), e.getMessage());
    e = assertThrows(InvalidInput.class, () -> run(edited("m = \"rows(c)\"", "m = \"rows(d)\"")));
    assertTrue(e.getMessage().contains("kernels of 'plain', plain: matmul: there is no operand 'd'"), e.getMessage());
    e = assertThrows(InvalidInput.class, () -> run(edited("kernel = product, args", "kernel = prodcut, args")));
    assertTrue(e.getMessage().contains("has no kernel 'prodcut'"), e.getMessage());
  }

  @Test
  void argumentsThatTheKernelDoesNotHaveAreSaid() {
    for (String[] edit : new String[][] {{"\"int transposeB\", \"int k\", \"int n\"]", "\"int transposeB\", \"int k\"]", "it has more parameters than args in kernels.conf"},
        {"\"int transposeB\", \"int k\", \"int n\"]", "\"int transposeB\", \"int k\", \"int n\", \"int 1\"]", "it has fewer parameters than args in kernels.conf"},
        {"\"int transposeB\", \"int k\", \"int n\"]", "\"int transposeB\", \"long k\", \"int n\"]", "argument 4 of args is of another kind"}}) {
      var e = assertThrows(InvalidInput.class, () -> run(edited(edit[0], edit[1])), edit[1]);
      assertTrue(e.getMessage().contains("kernel 'pack' of plain: matmul cannot be launched with ") && e.getMessage().contains(edit[2]), e.getMessage());
    }
  }

  /** A misspelt one would otherwise change nothing. */
  @Test
  void namesThatStandForNothingInMatchAreRefused() {
    for (String[] edit : new String[][] {{"layout { y = panels, r = panels }", "layout { y = panels, q = panels }"}, {"any = [y, a, b]", "as-is = [y, a, q]"}, {"any = [y, a, b]", "any = [y, a, q]"},
        {"unwritten = [u]", "unwritten = [q]"}, {"unwritten = [u]", "in-place { y = q }"}, {"of = b", "of = q"}}) {
      var e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited(edit[0], edit[1])), edit[1]);
      assertTrue(e.getMessage().contains("kernels.conf of bundle:") && e.getMessage().contains(" names 'q', which is none of ["), e.getMessage());
    }
    var e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited("match = \"y = concat(x...)\"", "when = \"1\"")));
    assertTrue(e.getMessage().contains("match"), e.getMessage());
  }

  @Test
  void aPrecisionThatNoKernelsHaveIsRefused() {
    var bf16 = new Opening.How(null, 0, false, true);
    var e = assertThrows(InvalidInput.class, () -> Opening.open("0", List.of(Opening.read("plain", Opening.folder(HostTest.PLAIN))), bf16));
    assertTrue(e.getMessage().startsWith("device.opencl.precision = bf16: the kernels for opencl:0") && e.getMessage().contains("(plain) multiply in another precision only"), e.getMessage());
    e = assertThrows(InvalidInput.class, () -> Opening.read("bundle", edited("rank = 1\n", "rank = 1\nprecision = [fp8]\n")));
    assertTrue(e.getMessage().contains("precision must list fp32, bf16 or both, but has 'fp8'"), e.getMessage());
    // Chosen by name for a family, kernels of another precision are an error too, and not passed over.
    var chosen = Opening.read("plain", Opening.folder(HostTest.PLAIN)).family("gemm");
    var rounding = Opening.read("other", edited("name = plain", "name = other\nprecision = [bf16]"));
    try (var device = Opening.open("0", List.of(rounding), bf16); Buffer a = device.allocate(DType.F32, 4)) {
      var call = new KernelCall(new MatMul(false, false), List.of(new Operand(0, 0, DType.F32, 2, 2), new Operand(0, 0, DType.F32, 2, 2)), List.of(new Operand(1, 0, DType.F32, 2, 2)), false, "head");
      var program = new Program("square", List.of(new Program.Binding("a", DType.F32, 4), new Program.Binding("c", DType.F32, 4)), List.of(call), 0);
      try (Buffer c = device.allocate(DType.F32, 4)) {
        var refused = assertThrows(org.vulpes.compute.UnsupportedKernel.class, () -> device.prepare(program, Map.of("a", a, "c", c), List.of(chosen)));
        assertTrue(refused.getMessage().contains("no kernels that were chosen for it multiply in bf16"), refused.getMessage());
      }
    }
  }

  @Test
  void theCompilersLogIsShownWithFileAndLine() {
    var e = assertThrows(InvalidInput.class, () -> run(name -> {
      byte[] file = Opening.folder(HostTest.PLAIN).apply(name);
      return name.equals("plain.cl") ? new String(file, StandardCharsets.UTF_8).replace("float sum = 0;", "float sum = nothing;").getBytes(StandardCharsets.UTF_8) : file;
    }));
    assertTrue(e.getMessage().startsWith("Program 'plain' of plain: matmul does not build on opencl:0"), e.getMessage());
    assertTrue(e.getMessage().contains("plain.cl:17") && e.getMessage().contains("nothing"), e.getMessage());
  }

  /** The plain text with something else in its kernels.conf. */
  static Function<String, byte[]> edited(String from, String to) {
    return name -> {
      byte[] file = Opening.folder(HostTest.PLAIN).apply(name);
      return name.equals("kernels.conf") ? new String(file, StandardCharsets.UTF_8).replace(from, to).getBytes(StandardCharsets.UTF_8) : file;
    };
  }

  private static void run(Function<String, byte[]> files) {
    var check = OperationCheck.of(new MatMul(false, true), 1, new int[] {3, 4}, new int[] {5, 4});
    try (var device = Opening.open("0", List.of(Opening.read("plain", files)), Opening.How.PLAIN)) {
      check.run(device);
    }
  }
}
