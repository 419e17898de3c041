package org.vulpes.compute.opencl.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** PoCL writes every kernel that it compiles into a folder, and stops the process or fails to build where it cannot. */
final class PoclCache {
  /** Bytes that must be free: the kernels of one model take some 5 MiB. */
  private static final long ROOM = 32L << 20;

  private PoclCache() {}

  /** Why kernels cannot be compiled, without a full stop; null when they can, and for other platforms. */
  static String refusal(ClFacts facts, Map<String, String> environment) {
    return facts.platform().contains("Portable Computing Language") ? refusal(environment) : null;
  }

  /** The same where PoCL offers no device for that very reason. */
  static String refusal(Map<String, String> environment) {
    return refusal(environment, ROOM);
  }

  /** @param room bytes that must be free there */
  static String refusal(Map<String, String> environment, long room) {
    Path folder = folder(environment);
    if (folder == null) return null;
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
    String why = null;
    if (!Files.isDirectory(there)) why = "is no folder";
    else if (!Files.isWritable(there)) why = "may not be written to";
    else if (!takesFiles(folder)) why = "takes no files";
    else if (free(folder) < room) why = "has " + (free(folder) >> 20) + " MiB left, where kernels need " + (room >> 20);
    return why == null ? null : "PoCL keeps compiled kernels in " + folder + ", which " + why + "; name another folder in the environment variable POCL_CACHE_DIR";
  }

  /** What a disk has left that says so. */
  private static long free(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE;
    }
  }

  /** A disk may be full, and a file system of the kernel's own takes nothing from anybody. */
  private static boolean takesFiles(Path folder) {
    try {
      Files.delete(Files.createTempFile(Files.createDirectories(folder), "vulpes", ".part"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Path folder(Map<String, String> environment) {
    if (environment.get("POCL_CACHE_DIR") != null) return Path.of(environment.get("POCL_CACHE_DIR"));
    if (environment.get("XDG_CACHE_HOME") != null) return Path.of(environment.get("XDG_CACHE_HOME"), "pocl");
    if (environment.get("HOME") != null) return Path.of(environment.get("HOME"), ".cache", "pocl");
    return null;
  }
}
