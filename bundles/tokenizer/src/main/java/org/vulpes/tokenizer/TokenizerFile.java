package org.vulpes.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.vulpes.slot.InvalidInput;

/** Reads and writes tokenizer files so that a large, missing or half-written one does no harm. */
public final class TokenizerFile {
  private TokenizerFile() {}

  /**
   * The whole file.
   *
   * @param most bytes that are accepted
   * @throws InvalidInput when it is missing, unreadable or longer
   */
  public static byte[] read(Path file, int most) {
    if (!Files.isRegularFile(file)) throw new InvalidInput("There is no tokenizer file " + file + "; check the path.");
    try (var in = Files.newInputStream(file)) {
      // Read one byte past the limit rather than trust the size, which may change meanwhile.
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new InvalidInput(file + " is longer than " + (most >> 20) + " MiB, the most that a tokenizer file may have.");
      }
      return bytes;
    } catch (IOException e) {
      throw new InvalidInput("Cannot read tokenizer file " + file + " (" + reason(e) + ").", e);
    }
  }

  /**
   * Writes under a temporary name in the same folder, forces to disk, and renames: readers see the old file or the whole new one.
   *
   * @throws InvalidInput when the folder cannot be written or the disk is full; then no part of the file is left
   */
  public static void write(Path file, byte[] bytes) {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary = null;
    try {
      Files.createDirectories(folder);
      // Not createTempFile: its files are private to the user, and a rename would keep that.
      temporary = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId());
      try (var out = FileChannel.open(temporary,
          StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
        var rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) out.write(rest);
        out.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      try {
        if (temporary != null) Files.deleteIfExists(temporary);
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw new InvalidInput("Cannot write tokenizer file " + file + " (" + reason(e) + "); check the folder and the space on the disk.", e);
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
  }
}
