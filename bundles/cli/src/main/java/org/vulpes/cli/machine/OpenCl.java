package org.vulpes.cli.machine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Asks the OpenCL loader (ICD), where there is one, for platforms and devices. Nothing needs to be installed to ask. */
public final class OpenCl {
  private static final int SUCCESS = 0;
  /** What the loader answers when it knows no driver (cl_khr_icd). */
  private static final int PLATFORM_NOT_FOUND = -1001;
  private static final int DEVICE_NOT_FOUND = -1;
  private static final int PLATFORM_VERSION = 0x0901;
  private static final int PLATFORM_NAME = 0x0902;
  private static final int DEVICE_MAX_COMPUTE_UNITS = 0x1002;
  private static final int DEVICE_MAX_WORK_GROUP_SIZE = 0x1004;
  private static final int DEVICE_MAX_MEM_ALLOC_SIZE = 0x1010;
  private static final int DEVICE_GLOBAL_MEM_SIZE = 0x101F;
  private static final int DEVICE_LOCAL_MEM_SIZE = 0x1023;
  private static final int DEVICE_NAME = 0x102B;
  private static final long ALL_DEVICES = 0xFFFFFFFFL;
  /** More would be an error of a driver. */
  private static final int MOST = 64;

  private final Arena arena;
  private final MethodHandle getPlatforms;
  private final MethodHandle getPlatformInfo;
  private final MethodHandle getDevices;
  private final MethodHandle getDeviceInfo;

  /**
   * @param devices one text each, for people: "PoCL: cpu-skylake-avx512, 2 units, 15,000 MiB, a buffer up to 4,096 MiB, … (OpenCL 3.0 PoCL 5.0)"
   * @param refusal why there is none, as a sentence with what to do; empty when there are devices
   */
  public record Found(List<String> devices, Optional<String> refusal) {
    static Found none(String sentence) {
      return new Found(List.of(), Optional.of(sentence));
    }
  }

  private OpenCl(Arena arena, SymbolLookup library) {
    this.arena = arena;
    var info = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    getPlatforms = handle(library, "clGetPlatformIDs", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    getPlatformInfo = handle(library, "clGetPlatformInfo", info);
    getDevices = handle(library, "clGetDeviceIDs", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    getDeviceInfo = handle(library, "clGetDeviceInfo", info);
  }

  private static MethodHandle handle(SymbolLookup library, String function, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(function), type);
  }

  public static Found find() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) return find(List.of("OpenCL.dll"));
    if (os.startsWith("mac")) return find(List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL"));
    return find(List.of("libOpenCL.so.1", "libOpenCL.so"));
  }

  /** @param names of the loader's library, the first that is there is asked */
  static Found find(List<String> names) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup library = null;
      for (String name : names) {
        try {
          library = SymbolLookup.libraryLookup(name, arena);
          break;
        } catch (IllegalArgumentException e) {
          // Not there under this name.
        }
      }
      if (library == null) {
        return Found.none("no OpenCL loader (" + names.getFirst() + ") is installed; on Debian: apt-get install ocl-icd-libopencl1 pocl-opencl-icd, or your GPU's driver");
      }
      return new OpenCl(arena, library).list();
    } catch (java.util.NoSuchElementException e) {
      return Found.none("the OpenCL loader is damaged (" + e.getMessage() + "); install it anew");
    }
  }

  private Found list() {
    var platforms = arena.allocate(ADDRESS, MOST);
    var count = arena.allocate(JAVA_INT);
    int code = call(getPlatforms, MOST, platforms, count);
    if (code == PLATFORM_NOT_FOUND || code == SUCCESS && count.get(JAVA_INT, 0) == 0) {
      return Found.none("the OpenCL loader is there but knows no driver; on Debian: apt-get install pocl-opencl-icd, or your GPU's driver");
    }
    if (code != SUCCESS) return Found.none("the OpenCL loader answers with error " + code + "; install its drivers anew");
    var devices = new ArrayList<String>();
    var empty = new ArrayList<String>();
    for (int i = 0; i < Math.min(MOST, count.get(JAVA_INT, 0)); i++) {
      MemorySegment platform = platforms.getAtIndex(ADDRESS, i);
      String name = text(getPlatformInfo, platform, PLATFORM_NAME);
      int before = devices.size();
      int answer = devices(platform, name + ": ", " (" + text(getPlatformInfo, platform, PLATFORM_VERSION) + ")", devices);
      if (devices.size() == before) empty.add(name + (answer == SUCCESS || answer == DEVICE_NOT_FOUND ? " finds no device" : " answers with error " + answer));
    }
    return devices.isEmpty() ? Found.none("OpenCL is installed, but " + String.join(", ", empty) + "; check that you may use the device (group 'render' or 'video')")
        : new Found(List.copyOf(devices), Optional.empty());
  }

  private int devices(MemorySegment platform, String before, String after, List<String> out) {
    var devices = arena.allocate(ADDRESS, MOST);
    var count = arena.allocate(JAVA_INT);
    int code = call(getDevices, platform, ALL_DEVICES, MOST, devices, count);
    if (code != SUCCESS) return code;
    for (int i = 0; i < Math.min(MOST, count.get(JAVA_INT, 0)); i++) {
      MemorySegment device = devices.getAtIndex(ADDRESS, i);
      out.add(before + text(getDeviceInfo, device, DEVICE_NAME) + String.format(Locale.ROOT, ", %d units, %,d MiB, a buffer up to %,d MiB, %,d KiB local, work-groups up to %,d",
          number(device, DEVICE_MAX_COMPUTE_UNITS) & 0xFFFFFFFFL, number(device, DEVICE_GLOBAL_MEM_SIZE) >> 20, number(device, DEVICE_MAX_MEM_ALLOC_SIZE) >> 20, number(device, DEVICE_LOCAL_MEM_SIZE) >> 10,
          number(device, DEVICE_MAX_WORK_GROUP_SIZE)) + after);
    }
    return code;
  }

  private String text(MethodHandle info, MemorySegment of, int what) {
    var size = arena.allocate(JAVA_LONG);
    if (call(info, of, what, 0L, MemorySegment.NULL, size) != SUCCESS || size.get(JAVA_LONG, 0) < 1) return "?";
    var text = arena.allocate(size.get(JAVA_LONG, 0));
    return call(info, of, what, text.byteSize(), text, MemorySegment.NULL) == SUCCESS ? text.getString(0).strip() : "?";
  }

  /** A number of four or eight bytes. */
  private long number(MemorySegment device, int what) {
    var value = arena.allocate(JAVA_LONG);
    call(getDeviceInfo, device, what, JAVA_LONG.byteSize(), value, MemorySegment.NULL);
    return value.get(JAVA_LONG, 0);
  }

  private static int call(MethodHandle function, Object... arguments) {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
