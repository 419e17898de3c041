package org.vulpes.compute.opencl.internal;

import java.util.Map;
import java.util.Set;

/** A function of OpenCL has failed. */
final class ClFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(-1, "DEVICE_NOT_FOUND"), Map.entry(-2, "DEVICE_NOT_AVAILABLE"), Map.entry(-3, "COMPILER_NOT_AVAILABLE"),
      Map.entry(-4, "MEM_OBJECT_ALLOCATION_FAILURE"), Map.entry(-5, "OUT_OF_RESOURCES"), Map.entry(-6, "OUT_OF_HOST_MEMORY"), Map.entry(-9, "IMAGE_FORMAT_NOT_SUPPORTED"),
      Map.entry(-11, "BUILD_PROGRAM_FAILURE"), Map.entry(-13, "MISALIGNED_SUB_BUFFER_OFFSET"), Map.entry(-14, "EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST"), Map.entry(-30, "INVALID_VALUE"),
      Map.entry(-33, "INVALID_DEVICE"), Map.entry(-34, "INVALID_CONTEXT"), Map.entry(-36, "INVALID_COMMAND_QUEUE"), Map.entry(-38, "INVALID_MEM_OBJECT"), Map.entry(-42, "INVALID_BINARY"),
      Map.entry(-43, "INVALID_BUILD_OPTIONS"), Map.entry(-44, "INVALID_PROGRAM"), Map.entry(-45, "INVALID_PROGRAM_EXECUTABLE"), Map.entry(-46, "INVALID_KERNEL_NAME"), Map.entry(-48, "INVALID_KERNEL"),
      Map.entry(-49, "INVALID_ARG_INDEX"), Map.entry(-50, "INVALID_ARG_VALUE"), Map.entry(-51, "INVALID_ARG_SIZE"), Map.entry(-52, "INVALID_KERNEL_ARGS"), Map.entry(-53, "INVALID_WORK_DIMENSION"),
      Map.entry(-54, "INVALID_WORK_GROUP_SIZE"), Map.entry(-55, "INVALID_WORK_ITEM_SIZE"), Map.entry(-56, "INVALID_GLOBAL_OFFSET"), Map.entry(-59, "INVALID_OPERATION"), Map.entry(-61, "INVALID_BUFFER_SIZE"),
      Map.entry(-63, "INVALID_GLOBAL_WORK_SIZE"), Map.entry(-1001, "PLATFORM_NOT_FOUND"),
      Map.entry(-9999, "ILLEGAL_READ_OR_WRITE"));
  private static final Set<Integer> MEMORY = Set.of(-4, -6, -61);
  /** What drivers answer when a device hangs, is unplugged, or has been reset under a program; NVIDIA's answers -9999 when a kernel has read or written where it may not, and nothing works after it. */
  private static final Set<Integer> LOST = Set.of(-2, -5, -14, -34, -36, -9999);

  private final int code;

  ClFailure(String function, int code) {
    super(function + " failed: CL_" + NAMES.getOrDefault(code, "ERROR") + " (" + code + ")");
    this.code = code;
  }

  int code() {
    return code;
  }

  boolean lacksMemory() {
    return MEMORY.contains(code);
  }

  /** Also when a command needs more than the device has ({@link #lacksResources}), which harms nothing. */
  boolean lost() {
    return LOST.contains(code);
  }

  /** Unless the device is lost, the command needs more registers, local memory or memory than there is. */
  boolean lacksResources() {
    return code == -5;
  }
}
