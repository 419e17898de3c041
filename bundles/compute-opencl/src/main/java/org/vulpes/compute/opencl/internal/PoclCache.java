package org.vulpes.compute.opencl.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** PoCL writes every kernel that it compiles into a folder, and stops the process or fails to build where it cannot. */
final class PoclCache {
  private PoclCache() {}

  /** Why kernels cannot be compiled, without a full stop; null when they can, and for other platforms. */
  static String refusal(ClFacts facts, Map<String, String> environment) {
    return facts.platform().contains("Portable Computing Language") ? refusal(environment) : null;
  }

  /** The same where PoCL offers no device for that very reason. */
  static String refusal(Map<String, String> environment) {
    Path folder = folder(environment);
    if (folder == null) return null;
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
    boolean may = Files.isDirectory(there) && Files.isWritable(there);
    if (may && takesFiles(folder)) return null;
    return "PoCL keeps compiled kernels in " + folder + ", which " + (may ? "takes no files" : Files.isDirectory(there) ? "may not be written to" : "is no folder")
        + "; name another folder in the environment variable POCL_CACHE_DIR";
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
