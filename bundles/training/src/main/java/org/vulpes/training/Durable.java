package org.vulpes.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import org.vulpes.slot.InvalidInput;

/**
 * Files that are either whole or absent, whenever the process dies: written under a temporary name in the same folder, forced to the disk,
 * renamed.
 */
public final class Durable {
  private Durable() {}

  public static void write(Path file, String text) {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
        var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) channel.write(bytes);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      force(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      discard(temporary);
      throw failure(file, e);
    }
  }

  /** Deletes a file that is made anew. */
  public static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Forces the content of a file, or the entries of a folder, to the disk. */
  static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Deletes a file or a folder with all that is in it, as far as it can. */
  static void discard(Path path) {
    if (!Files.exists(path)) return;
    try (var all = Files.walk(path)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(p);
    } catch (IOException e) {
      // What is left has a temporary name and is never taken for a whole file.
    }
  }

  /** A failed write as one sentence for a person. */
  public static InvalidInput failure(Path path, IOException e) {
    // The system gives these no words, only the path.
    String here = switch (e) {
      case AccessDeniedException _ -> "you have no permission to";
      case NoSuchFileException _ -> "a folder above it does not exist and cannot be made";
      case NotDirectoryException _, FileAlreadyExistsException _ -> "a file stands where a folder is needed";
      default -> "";
    };
    if (!here.isEmpty()) return new InvalidInput("Cannot write " + path + ": " + here + "; choose another place (storage.runs, storage.cache), or make this one writable.", e);
    String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage() != null ? e.getMessage() : e.toString();
    return new InvalidInput("Cannot write " + path + ": " + reason + free(path) + "; what was whole before is untouched, and the same command goes on from there.", e);
  }

  private static String free(Path path) {
    try {
      Path p = path.toAbsolutePath();
      while (p != null && !Files.exists(p)) p = p.getParent();
      if (p == null) return "";
      FileStore store = Files.getFileStore(p);
      long megabytes = store.getUsableSpace() >> 20;
      return megabytes < 200 ? " (" + megabytes + " MiB free there)" : "";
    } catch (IOException e) {
      return "";
    }
  }
}
