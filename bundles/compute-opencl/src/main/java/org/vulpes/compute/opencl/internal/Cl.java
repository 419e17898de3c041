package org.vulpes.compute.opencl.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Locale;

/**
 * The functions of OpenCL 1.2 that the device needs, and two of 2.0 that it uses where they are, as they are in C; handles are longs. Loaded once in a process, when first asked for: a native library stays
 * until the process ends.
 */
final class Cl {
  private static final SymbolLookup LIBRARY = load();

  static final MethodHandle GET_PLATFORM_IDS = status("clGetPlatformIDs", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle GET_PLATFORM_INFO = status("clGetPlatformInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle GET_DEVICE_IDS = status("clGetDeviceIDs", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle GET_DEVICE_INFO = status("clGetDeviceInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_CONTEXT = handle("clCreateContext", ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_CONTEXT = status("clReleaseContext", JAVA_LONG);
  static final MethodHandle CREATE_QUEUE = handle("clCreateCommandQueue", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS);
  static final MethodHandle RELEASE_QUEUE = status("clReleaseCommandQueue", JAVA_LONG);
  static final MethodHandle CREATE_BUFFER = handle("clCreateBuffer", JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_SUB_BUFFER = handle("clCreateSubBuffer", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_MEMORY = status("clReleaseMemObject", JAVA_LONG);
  static final MethodHandle CREATE_PROGRAM = handle("clCreateProgramWithSource", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle CREATE_PROGRAM_FROM_BINARY = handle("clCreateProgramWithBinary", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle BUILD_PROGRAM = status("clBuildProgram", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  static final MethodHandle GET_PROGRAM_INFO = status("clGetProgramInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle GET_PROGRAM_BUILD_INFO = status("clGetProgramBuildInfo", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_PROGRAM = status("clReleaseProgram", JAVA_LONG);
  static final MethodHandle CREATE_KERNEL = handle("clCreateKernel", JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_KERNEL = status("clReleaseKernel", JAVA_LONG);
  static final MethodHandle SET_KERNEL_ARG = status("clSetKernelArg", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS);
  static final MethodHandle ENQUEUE_KERNEL = status("clEnqueueNDRangeKernel", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle ENQUEUE_WRITE = status("clEnqueueWriteBuffer", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle ENQUEUE_READ = status("clEnqueueReadBuffer", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle ENQUEUE_COPY = status("clEnqueueCopyBuffer", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle ENQUEUE_FILL = status("clEnqueueFillBuffer", JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle FLUSH = status("clFlush", JAVA_LONG);
  static final MethodHandle FINISH = status("clFinish", JAVA_LONG);
  static final MethodHandle GET_EVENT_PROFILING_INFO = status("clGetEventProfilingInfo", JAVA_LONG, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
  static final MethodHandle RELEASE_EVENT = status("clReleaseEvent", JAVA_LONG);

  /** Null before OpenCL 2.0, as the next. */
  static final MethodHandle SVM_ALLOC = later("clSVMAlloc", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT));
  static final MethodHandle SVM_FREE = later("clSVMFree", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));

  private Cl() {}

  /** Why there is no OpenCL here, as one sentence; null when there is. Touches the library. */
  static String absence() {
    return LIBRARY == null ? "No OpenCL is installed: the library " + String.join(" or ", names())
        + " is not found. Install an OpenCL runtime (on Debian and Ubuntu for the processor: apt install pocl-opencl-icd; for a GPU its maker's driver)." : null;
  }

  private static List<String> names() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("win")) return List.of("OpenCL.dll");
    if (os.contains("mac")) return List.of("/System/Library/Frameworks/OpenCL.framework/OpenCL");
    return List.of("libOpenCL.so.1", "libOpenCL.so");
  }

  private static SymbolLookup load() {
    for (String name : names()) {
      try {
        return SymbolLookup.libraryLookup(name, Arena.global());
      } catch (IllegalArgumentException e) {
        // The next name.
      }
    }
    return null;
  }

  private static MethodHandle status(String name, MemoryLayout... arguments) {
    return function(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle handle(String name, MemoryLayout... arguments) {
    return function(name, FunctionDescriptor.of(JAVA_LONG, arguments));
  }

  private static MethodHandle later(String name, FunctionDescriptor type) {
    return LIBRARY == null || LIBRARY.find(name).isEmpty() ? null : function(name, type);
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    if (LIBRARY == null) return null;
    return Linker.nativeLinker().downcallHandle(LIBRARY.find(name).orElseThrow(() -> new IllegalStateException("The OpenCL library has no function " + name + ".")), type);
  }
}
