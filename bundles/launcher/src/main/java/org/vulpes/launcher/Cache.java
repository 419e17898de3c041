package org.vulpes.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The framework's cache folder of this process alone: two processes in one folder would take each other's bundles away.
 * Lies in the system's temporary folder, readable by its owner only, or in {@code var/cache} of the distribution when that cannot be
 * written. Not in the distribution first: that is moved aside when it is built anew under a running process.
 */
final class Cache implements AutoCloseable {
  private static final String PREFIX = "vulpes-";
  private final Path folder;

  private Cache(Path folder) {
    this.folder = folder;
  }

  static Cache open(Path home) {
    try {
      return in(Path.of(System.getProperty("java.io.tmpdir")));
    } catch (IOException notWritable) {
      Path parent = home.resolve("var/cache");
      try {
        return in(Files.createDirectories(parent));
      } catch (IOException e) {
        throw new House.Broken("Neither the temporary folder nor " + parent + " can be written (" + e.getMessage() + "); make one of them writable.");
      }
    }
  }

  private static Cache in(Path parent) throws IOException {
    deleteStale(parent);
    return new Cache(Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-"));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    delete(folder);
  }

  /** Folders that a killed process left: its id runs no more and nobody holds the lock that Felix keeps on a cache in use. */
  private static void deleteStale(Path parent) throws IOException {
    try (var folders = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
      for (Path f : folders) {
        String name = f.getFileName().toString();
        String pid = name.substring(PREFIX.length(), name.indexOf('-', PREFIX.length()));
        boolean ours = !pid.isEmpty() && pid.length() < 19 && pid.chars().allMatch(c -> c >= '0' && c <= '9');
        if (ours && ProcessHandle.of(Long.parseLong(pid)).isEmpty() && !locked(f.resolve("cache.lock"))) delete(f);
      }
    }
  }

  private static boolean locked(Path file) {
    if (!Files.exists(file)) return false;
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE); var lock = channel.tryLock()) {
      return lock == null;
    } catch (IOException | OverlappingFileLockException e) {
      return true;
    }
  }

  /** Deletes what it can: a leftover is taken away by a later start. */
  private static void delete(Path folder) {
    if (!Files.exists(folder)) return;
    try {
      Files.walkFileTree(folder, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
          Files.deleteIfExists(file);
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
          return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
          Files.deleteIfExists(dir);
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException | UncheckedIOException inUse) {
      // left for a later start
    }
  }
}
