package org.vulpes.compute.opencl.internal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The devices of all installed platforms, in the order in which {@code opencl:N} counts them: as the loader lists platforms, then as each platform lists devices. */
final class ClPlatforms {
  private static final long ALL_TYPES = 0xFFFFFFFFL;
  private static final long TYPE_GPU = 4;
  private static final int PLATFORM_NAME = 0x0902, PLATFORM_VERSION = 0x0901;
  private static final int DEVICE_TYPE = 0x1000, COMPUTE_UNITS = 0x1002, MAX_GROUP = 0x1004, MAX_ALLOCATION = 0x1010, BASE_ALIGN = 0x1019, GLOBAL_BYTES = 0x101F, LOCAL_BYTES = 0x1023,
      AVAILABLE = 0x1027, COMPILER = 0x1028, NAME = 0x102B, VENDOR = 0x102C, DRIVER = 0x102D, VERSION = 0x102F, EXTENSIONS = 0x1030, FLOAT_WIDTH = 0x100A, CLOCK = 0x100C, QUEUES = 0x102A, SHARED_MEMORY = 0x1053;
  private static final long OUT_OF_ORDER = 1;
  private static final long FINE_GRAINED_BUFFERS = 2;

  private ClPlatforms() {}

  /**
   * One thread at a time: PoCL makes itself ready when it is first asked, and offers a second thread no device meanwhile, or ends the process.
   *
   * @return empty where none is installed; nobody who asks twice is answered from memory, so a driver that was installed meanwhile is seen
   */
  static synchronized List<ClFacts> devices() {
    if (Cl.absence() != null) return List.of();
    try (Arena arena = Arena.ofConfined()) {
      var out = new ArrayList<ClFacts>();
      for (long platform : platforms(arena)) {
        String name = text(Cl.GET_PLATFORM_INFO, platform, PLATFORM_NAME, arena), version = text(Cl.GET_PLATFORM_INFO, platform, PLATFORM_VERSION, arena);
        for (long device : devices(platform, arena)) out.add(facts(out.size(), name, version, device, arena));
      }
      return List.copyOf(out);
    }
  }

  private static long[] platforms(Arena arena) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int code = Invoke.status(() -> (int) Cl.GET_PLATFORM_IDS.invokeExact(0, MemorySegment.NULL, count));
    // The loader answers so where it finds no driver.
    if (code != 0 || count.get(JAVA_INT, 0) == 0) return new long[0];
    int n = count.get(JAVA_INT, 0);
    MemorySegment ids = arena.allocate(JAVA_LONG, n);
    Invoke.check("clGetPlatformIDs", () -> (int) Cl.GET_PLATFORM_IDS.invokeExact(n, ids, MemorySegment.NULL));
    return ids.toArray(JAVA_LONG);
  }

  private static long[] devices(long platform, Arena arena) {
    MemorySegment count = arena.allocate(JAVA_INT);
    int code = Invoke.status(() -> (int) Cl.GET_DEVICE_IDS.invokeExact(platform, ALL_TYPES, 0, MemorySegment.NULL, count));
    if (code != 0 || count.get(JAVA_INT, 0) == 0) return new long[0];
    int n = count.get(JAVA_INT, 0);
    MemorySegment ids = arena.allocate(JAVA_LONG, n);
    Invoke.check("clGetDeviceIDs", () -> (int) Cl.GET_DEVICE_IDS.invokeExact(platform, ALL_TYPES, n, ids, MemorySegment.NULL));
    return ids.toArray(JAVA_LONG);
  }

  private static ClFacts facts(int index, String platform, String platformVersion, long device, Arena arena) {
    boolean gpu = (number(device, DEVICE_TYPE, arena) & TYPE_GPU) != 0;
    return new ClFacts(index, device, platform, text(Cl.GET_DEVICE_INFO, device, NAME, arena), text(Cl.GET_DEVICE_INFO, device, VENDOR, arena),
        text(Cl.GET_DEVICE_INFO, device, DRIVER, arena), text(Cl.GET_DEVICE_INFO, device, VERSION, arena) + ", " + platformVersion, gpu, number(device, AVAILABLE, arena) != 0,
        number(device, COMPILER, arena) != 0, (int) number(device, COMPUTE_UNITS, arena), (int) number(device, CLOCK, arena), (int) number(device, FLOAT_WIDTH, arena), number(device, MAX_GROUP, arena),
        number(device, LOCAL_BYTES, arena), number(device, GLOBAL_BYTES, arena), number(device, MAX_ALLOCATION, arena), number(device, BASE_ALIGN, arena) / 8,
        List.of(text(Cl.GET_DEVICE_INFO, device, EXTENSIONS, arena).split(" +")), !gpu && (number(device, QUEUES, arena) & OUT_OF_ORDER) != 0, !gpu && shares(device, arena),
        Precision.FP32);
  }

  private static boolean shares(long device, Arena arena) {
    if (Cl.SVM_ALLOC == null || Cl.SVM_FREE == null) return false;
    MemorySegment value = arena.allocate(8);
    // A device of OpenCL 1.2 does not know the question.
    return Invoke.status(() -> (int) Cl.GET_DEVICE_INFO.invokeExact(device, SHARED_MEMORY, 8L, value, MemorySegment.NULL)) == 0 && (value.get(JAVA_LONG, 0) & FINE_GRAINED_BUFFERS) != 0;
  }

  /** Integers of 4 and of 8 bytes alike: memory is zero before. */
  private static long number(long device, int what, Arena arena) {
    MemorySegment value = arena.allocate(8);
    Invoke.check("clGetDeviceInfo", () -> (int) Cl.GET_DEVICE_INFO.invokeExact(device, what, 8L, value, MemorySegment.NULL));
    return value.get(JAVA_LONG, 0);
  }

  private static String text(MethodHandle function, long of, int what, Arena arena) {
    MemorySegment size = arena.allocate(JAVA_LONG);
    Invoke.check("clGet…Info", () -> (int) function.invokeExact(of, what, 0L, MemorySegment.NULL, size));
    long n = size.get(JAVA_LONG, 0);
    if (n == 0) return "";
    MemorySegment bytes = arena.allocate(n);
    Invoke.check("clGet…Info", () -> (int) function.invokeExact(of, what, n, bytes, MemorySegment.NULL));
    return bytes.getString(0, StandardCharsets.UTF_8).strip();
  }

  /**
   * The device that a configuration asks for.
   *
   * @param wanted a number in the list, {@code gpu}, {@code cpu}, or a part of a name
   * @return null when there is none like that
   */
  static ClFacts choose(List<ClFacts> devices, String wanted) {
    for (ClFacts d : devices) {
      boolean fits = switch (wanted) {
        case "gpu" -> d.gpu();
        case "cpu" -> !d.gpu();
        default -> wanted.chars().allMatch(Character::isDigit) ? wanted.equals(Integer.toString(d.index()))
            : (d.name() + " " + d.platform()).toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT));
      };
      if (fits) return d;
    }
    return null;
  }
}
