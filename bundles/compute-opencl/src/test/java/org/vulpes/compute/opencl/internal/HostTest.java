package org.vulpes.compute.opencl.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.DType;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.Operand;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.Program;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Recording;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Add;
import org.vulpes.graph.operations.Concat;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.slot.InvalidInput;

/** What the host does with a text, on a text that uses every key: scratch, packed weights, repeated launches, layouts, joined calls. */
class HostTest {
  static final Path PLAIN = Path.of("src/test/resources/plain");

  @BeforeAll
  static void device() {
    Present.orSkip();
  }

  static OpenClDevice open() {
    return (OpenClDevice) Opening.open("0", List.of(Opening.read("plain", Opening.folder(PLAIN))), Opening.How.PLAIN);
  }

  static Stream<OperationCheck> checks() {
    return Stream.of(
        OperationCheck.of(new MatMul(false, true), 1, new int[] {2, 17, 70}, new int[] {33, 70}),
        OperationCheck.of(new MatMul(true, false), 2, new int[] {70, 17}, new int[] {70, 33}),
        OperationCheck.of(new Add(), 3, new int[] {5, 77}, new int[] {5, 77}),
        OperationCheck.of(new Concat(), 4, new int[] {5, 7}, new int[] {5, 3}, new int[] {5, 9}));
  }

  @ParameterizedTest
  @MethodSource("checks")
  void agreesWithTheDefinition(OperationCheck check) {
    try (var device = open()) {
      double[][] out = check.run(device);
      assertTrue(check.error(out) < 1e-6, () -> check.describe(out));
      if (check.operation().accumulates()) {
        double[][] added = check.accumulate(device);
        assertTrue(check.error(added) < 1e-6, () -> check.describe(added));
      }
    }
  }

  /** y ← y + (x w + r) + r, with rows and panels, a packed weight and a joined pair of calls. */
  private static Recording recording() {
    var graph = new Graph();
    Axis rows = Axis.of("rows", 5), inner = Axis.of("inner", 40), width = Axis.of("width", 64);
    Tensor x = graph.variable("x", DType.F32, rows, inner), w = graph.variable("w", DType.F32, inner, width), r = graph.variable("r", DType.F32, rows, width);
    Tensor y = graph.variable("y", DType.F32, rows, width), v = graph.variable("v", DType.F32, width, width);
    Tensor joined = graph.add(graph.matmul(x, w), r);
    Tensor second = graph.add(graph.add(graph.matmul(joined, v), joined), r);
    graph.assign(y, graph.add(y, second));
    return graph.record("joined");
  }

  private static Map<String, double[]> run(Device device, int times) {
    var recording = recording();
    var buffers = new HashMap<String, Buffer>();
    var results = new HashMap<String, double[]>();
    for (Program.Binding b : recording.program().bindings()) {
      Buffer buffer = device.allocate(b.type(), b.length());
      var values = new double[(int) b.length()];
      for (int i = 0; i < values.length; i++) values[i] = (float) Math.sin(i * 0.7 + b.name().hashCode());
      buffer.write(0, values, 0, values.length);
      buffers.put(b.name(), buffer);
    }
    try (var executable = device.prepare(recording.program(), buffers)) {
      for (int i = 0; i < times; i++) {
        executable.run();
        if (i == 0) {
          // A weight changes between two runs: its packed copy must follow.
          var values = new double[(int) buffers.get("v").length()];
          for (int j = 0; j < values.length; j++) values[j] = (float) Math.cos(j * 0.3);
          buffers.get("v").write(0, values, 0, values.length);
        }
      }
    }
    buffers.forEach((name, b) -> {
      var values = new double[(int) b.length()];
      b.read(0, values, 0, values.length);
      results.put(name, values);
      b.close();
    });
    return results;
  }

  @Test
  void aProgramOfSeveralLayoutsAgreesWithTheReference() {
    Map<String, double[]> expected;
    try (var reference = new ReferenceDevice()) {
      expected = run(reference, 3);
    }
    try (var device = open()) {
      Map<String, double[]> found = run(device, 3);
      expected.forEach((name, e) -> {
        double worst = 0, size = 0;
        for (int i = 0; i < e.length; i++) {
          worst = Math.max(worst, Math.abs(found.get(name)[i] - e[i]));
          size = Math.max(size, Math.abs(e[i]));
        }
        assertTrue(worst <= 1e-6 * size, name + ": " + worst + " of " + size);
      });
    }
  }

  /** r ← x w + r, in the memory of r: a kernel that reads r while it writes the result says that it may. */
  @Test
  void callsAreNotJoinedWhereTheResultLiesInAnOperandUnlessTheTextSaysSo() {
    var bindings = Stream.of("x", "w", "r", "y").map(n -> new Program.Binding(n, DType.F32, 1024)).toList();
    var operands = IntStream.range(0, 4).mapToObj(i -> new Operand(i, 0, DType.F32, 32, 32)).toList();
    var product = new Operand(Operand.ARENA, 0, DType.F32, 32, 32);
    var multiply = new KernelCall(new MatMul(false, false), operands.subList(0, 2), List.of(product), false, "product");
    try (var device = open()) {
      var choice = new Choice(List.of(KernelTextReader.read("plain", Opening.folder(PLAIN))), Map.of(), device.context().facts.precision());
      for (int result : new int[] {2, 3}) {
        var add = new KernelCall(new Add(), List.of(product, operands.get(2)), List.of(operands.get(result)), false, "sum");
        assertEquals(result == 2 ? 2 : 1, Fusion.tasks(new Program("sum", bindings, List.of(multiply, add), 4096), choice, device.context().facts, Tuning.STANDARD).size());
      }
    }
  }

  /** The entry packs a weight one way or the other, as the call wants it: the two copies are not one. */
  @Test
  void copiesOfAWeightThatAreMadeOtherwiseAreKeptApart() {
    var names = List.of("x", "w", "straight", "transposed");
    var bindings = names.stream().map(n -> new Program.Binding(n, DType.F32, 4)).toList();
    var operands = IntStream.range(0, 4).mapToObj(i -> new Operand(i, 0, DType.F32, 2, 2)).toList();
    var calls = List.of(new KernelCall(new MatMul(false, false), operands.subList(0, 2), operands.subList(2, 3), false, "straight"),
        new KernelCall(new MatMul(false, true), operands.subList(0, 2), operands.subList(3, 4), false, "transposed"));
    try (var device = open()) {
      var buffers = new HashMap<String, Buffer>();
      names.forEach(n -> buffers.put(n, device.allocate(DType.F32, 4)));
      buffers.get("x").write(0, new float[] {1, 2, 3, 4}, 0, 4);
      buffers.get("w").write(0, new float[] {5, 6, 7, 8}, 0, 4);
      try (var executable = device.prepare(new Program("both ways", bindings, calls, 0), buffers)) {
        executable.run();
      }
      var out = new float[4];
      buffers.get("straight").read(0, out, 0, 4);
      assertArrayEquals(new float[] {19, 22, 43, 50}, out);
      buffers.get("transposed").read(0, out, 0, 4);
      assertArrayEquals(new float[] {17, 23, 39, 53}, out);
    }
  }

  @Test
  void aThousandSwapsLeaveNothing() {
    var plain = Opening.read("plain", Opening.folder(PLAIN));
    var other = Opening.read("other", name -> {
      byte[] file = Opening.folder(PLAIN).apply(name);
      return name.equals("kernels.conf") ? new String(file, StandardCharsets.UTF_8).replace("name = plain", "name = other").replace("PANEL = 32", "PANEL = 16").getBytes(StandardCharsets.UTF_8) : file;
    });
    var families = List.of(plain.family("gemm"), other.family("gemm"));
    try (var device = open(); Buffer a = device.allocate(DType.F32, 6); Buffer b = device.allocate(DType.F32, 6); Buffer c = device.allocate(DType.F32, 4)) {
      var call = new KernelCall(new MatMul(false, false), List.of(new Operand(0, 0, DType.F32, 2, 3), new Operand(1, 0, DType.F32, 3, 2)), List.of(new Operand(2, 0, DType.F32, 2, 2)), false, "swap");
      var program = new Program("swap", List.of(new Program.Binding("a", DType.F32, 6), new Program.Binding("b", DType.F32, 6), new Program.Binding("c", DType.F32, 4)), List.of(call), 0);
      var bindings = Map.of("a", a, "b", b, "c", c);
      a.write(0, new float[] {1, 2, 3, 4, 5, 6}, 0, 6);
      b.write(0, new float[] {1, 0, 0, 1, 1, 1}, 0, 6);
      var current = device.prepare(program, bindings, families.subList(0, 1));
      long handles = 0, bytes = 0;
      for (int i = 1; i <= 1000; i++) {
        var next = device.prepare(program, bindings, families.subList(i % 2, i % 2 + 1));
        next.run();
        current.close();
        current = next;
        if (i == 4) {
          handles = device.handles();
          bytes = device.bytesInUse();
        }
      }
      var out = new float[4];
      c.read(0, out, 0, 4);
      assertArrayEquals(new float[] {4, 5, 10, 11}, out);
      assertEquals(handles, device.handles());
      assertEquals(bytes, device.bytesInUse());
      current.close();
    }
  }

  @Test
  void parametersAreTimedOnceAndKept(@TempDir Path folder) throws IOException {
    String tune = "tune { wide { values = [16, 32], default = 16 } }\nlayouts {";
    var text = Opening.read("plain", name -> {
      byte[] file = TextMistakesTest.edited("layouts {", tune).apply(name);
      return name.equals("kernels.conf") ? new String(file, StandardCharsets.UTF_8).replace("global = [n, m], local = [16, 1]", "global = [n, m], local = [wide, 1]").getBytes(StandardCharsets.UTF_8) : file;
    });
    var check = OperationCheck.of(new MatMul(false, true), 1, new int[] {17, 70}, new int[] {33, 70});
    String kept = null;
    for (int i = 0; i < 2; i++) {
      try (var device = Opening.open("0", List.of(text), new Opening.How(folder, 1, false, false))) {
        double[][] out = check.run(device);
        assertTrue(check.error(out) < 1e-6, () -> check.describe(out));
      }
      String now = Files.readString(folder.resolve("tuned.json"));
      assertTrue(now.contains("MatMul") && now.contains("\"wide\""), now);
      if (kept != null) assertEquals(kept, now);
      kept = now;
    }
    try (var files = Files.list(folder)) {
      assertTrue(files.anyMatch(f -> f.toString().endsWith(".bin")), "built programs are kept");
    }
  }

  @Test
  void whatWouldNeedTheMemoryOfARunAgainIsNotTimed(@TempDir Path folder) throws IOException {
    var cpu = Opening.read("cpu", Opening.folder(Path.of("../../kernels-opencl/cpu/src/main/resources")));
    assumeTrue(Opening.refusal("cpu").isEmpty(), "these kernels are for processors");
    try (var device = (OpenClDevice) Opening.open("cpu", List.of(cpu), new Opening.How(folder, 10, false, false))) {
      OperationCheck.of(new MatMul(false, true), 1, new int[] {64, 512}, new int[] {40_000, 512}).run(device);
      long held = 4L * (64 * 512 + 40_000 * 512 + 64 * 40_000);
      // The operand in panels and its packed copy are a part of the product itself; timing it would add all of that once more.
      assertTrue(device.peakBytes() < 3.5 * held, () -> device.peakBytes() + " bytes for " + held);
    }
    assertFalse(Files.exists(folder.resolve("tuned.json")) && Files.readString(folder.resolve("tuned.json")).contains("40000"));
  }

  /** Memory of the host: what is written behind it ends this JVM. */
  @Test
  void paddedLayoutsAreTimedOnMemoryThatHoldsThem(@TempDir Path folder) throws IOException {
    var cpu = Opening.read("cpu", Opening.folder(Path.of("../../kernels-opencl/cpu/src/main/resources")));
    assumeTrue(Opening.refusal("cpu").isEmpty(), "these kernels are for processors");
    try (var device = Opening.open("cpu", List.of(cpu), new Opening.How(folder, 10, false, false))) {
      for (int columns = 1; columns < 12; columns++) {
        var check = OperationCheck.of(new MatMul(false, true), 1, new int[] {500, 32}, new int[] {columns, 32});
        double[][] out = check.run(device);
        assertTrue(check.error(out) < 1e-6, () -> check.describe(out));
      }
    }
    assertTrue(Files.readString(folder.resolve("tuned.json")).contains("MatMul"));
  }

  @Test
  void aparapiLaunchesTheSameKernelsOnTheSameBuffers() {
    assumeTrue(System.getProperty("os.name").equals("Linux") && System.getProperty("os.arch").equals("amd64"), "Aparapi's library is bundled for Linux on x86_64");
    try (var device = (OpenClDevice) Opening.open("0", List.of(Opening.read("plain", Opening.folder(PLAIN))), new Opening.How(null, 0, true, false))) {
      checks().forEach(check -> {
        double[][] out = check.run(device);
        assertTrue(check.error(out) < 1e-6, () -> check.describe(out));
      });
    }
  }

  @Test
  void theFloorOfAProfileIsMeasuredAndLeavesNothing() {
    assertEquals(10, new Floor(10, 2).of(100, 4));
    assertEquals(20, new Floor(10, 2).of(100, 40));
    try (var context = new ClContext(ClPlatforms.devices().getFirst(), true)) {
      long before = context.handles();
      Floor floor = Floor.measure(context);
      assertTrue(floor.flops() > floor.bytes() / 8, "no device adds less often than it moves two numbers: " + floor);
      assertEquals(before, context.handles());
    }
  }

  /** On a driver that answers so to one of its functions. */
  private static OpenClDevice answering(String function, int code) {
    return Opening.open("0", List.of(Opening.read("plain", Opening.folder(PLAIN))), Opening.How.PLAIN, facts -> new ClContext(facts) {
      @Override
      int answer(String asked, int answer) {
        return asked.equals(function) ? code : answer;
      }
    });
  }

  @Test
  void aLaunchThatNeedsMoreThanTheDeviceHasIsTheFaultOfItsKernel() {
    try (var device = answering("clEnqueueNDRangeKernel", -5)) {
      var e = assertThrows(InvalidInput.class, () -> checks().findFirst().orElseThrow().run(device));
      assertTrue(e.getMessage().matches("(?s).*kernel '\\w+' of .* cannot be launched with .*: it needs more registers or local memory than the device has .*CL_OUT_OF_RESOURCES.*"), e.getMessage());
    }
  }

  @Test
  void aDeviceThatTheDriverDoesNotGiveIsRefusedInOneSentence() {
    var e = assertThrows(InvalidInput.class, () -> answering("clCreateContext", -2));
    assertTrue(e.getMessage().startsWith("opencl:0 ") && e.getMessage().contains(" cannot be opened (clCreateContext failed: CL_DEVICE_NOT_AVAILABLE (-2))"), e.getMessage());
    try (var device = answering("clCreateBuffer", -36)) {
      var lost = assertThrows(DeviceLost.class, () -> device.allocate(DType.F32, 4));
      assertTrue(lost.getMessage().contains("it could not make a buffer of 4 F32"), lost.getMessage());
    }
  }

  @Test
  void whatCannotBeHeldIsRefusedWithItsSizes() {
    try (var device = open()) {
      var e = assertThrows(OutOfDeviceMemory.class, () -> device.allocate(DType.F32, 1L << 40));
      assertTrue(e.getMessage().startsWith("There is no memory for a buffer of " + (1L << 40) + " F32: " + (1L << 42) + " bytes are wanted, but one buffer of opencl:0"), e.getMessage());
    }
  }

  @Test
  void devicesThatAreNotThereAreNamed() {
    assertTrue(Opening.refusal("99").orElseThrow().startsWith("There is no OpenCL device '99'; there are opencl:0 "));
    assertTrue(Opening.refusal("no such maker").isPresent());
  }

  /** What a process of its own says of its devices: drivers are found when the loader is first asked. */
  public static final class Ask {
    private Ask() {}

    public static void main(String[] none) {
      System.out.println(Opening.refusal("0").orElse("there is one"));
    }
  }

  private static String asked(String variable, Path value) throws Exception {
    var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), Ask.class.getName())
        .redirectErrorStream(true);
    builder.environment().put(variable, value.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertEquals(0, process.waitFor());
    return said.lines().toList().getLast();
  }

  @Test
  void aLoaderWithoutAnyDriverIsSaidWithWhatToInstall(@TempDir Path folder) throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "OCL_ICD_VENDORS is a variable of the loader of Linux");
    assertEquals("OpenCL's loader is installed, but no device: install a runtime (on Debian and Ubuntu for the processor: apt install pocl-opencl-icd; for a GPU its maker's driver).",
        asked("OCL_ICD_VENDORS", folder));
  }

  /** PoCL itself offers no device then. */
  @Test
  void aCacheOfPoclThatCannotBeMadeIsSaidAsTheReason(@TempDir Path folder) throws Exception {
    if (!ClPlatforms.devices().getFirst().platform().contains("Portable")) return;
    Path cache = Files.writeString(folder.resolve("file"), "").resolve("cache");
    String said = asked("POCL_CACHE_DIR", cache);
    assertTrue(said.contains("PoCL keeps compiled kernels in " + cache + ", which is no folder; name another folder in the environment variable POCL_CACHE_DIR."), said);
  }

  @Test
  void aCacheOfPoclThatCannotBeWrittenIsSaid(@TempDir Path folder) throws IOException {
    var facts = ClPlatforms.devices().getFirst();
    if (!facts.platform().contains("Portable")) return;
    assertNull(PoclCache.refusal(facts, Map.of("POCL_CACHE_DIR", folder.toString())));
    Path file = Files.writeString(folder.resolve("file"), "");
    assertTrue(PoclCache.refusal(facts, Map.of("POCL_CACHE_DIR", file.resolve("cache").toString())).contains("is no folder; name another folder in the environment variable POCL_CACHE_DIR"));
    assertTrue(PoclCache.refusal(Map.of("POCL_CACHE_DIR", folder.toString()), 1L << 60).matches("PoCL keeps .*, which has \\d+ MiB left, where kernels need 1099511627776; name another folder .*"));
    // The kernel's own file system says that its owner may write, and takes no file.
    if (Files.isDirectory(Path.of("/proc/self"))) assertNotNull(PoclCache.refusal(facts, Map.of("POCL_CACHE_DIR", "/proc/vulpes")));
  }

  @Test
  void nothingOfAnExecutableIsLeftWhenItIsClosed() {
    try (var device = open()) {
      run(device, 2);
      long handles = device.handles(), bytes = device.bytesInUse();
      for (int i = 0; i < 3; i++) run(device, 2);
      assertEquals(handles, device.handles());
      assertEquals(bytes, device.bytesInUse());
    }
  }
}
