package org.vulpes.compute.opencl.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Built programs in a folder, by device, driver, options and text. A folder that cannot be written is no error: programs are built again then. */
final class BinaryCache {
  private final Path folder;

  /** @param folder that need not exist; null: nothing is kept */
  BinaryCache(Path folder) {
    this.folder = folder;
  }

  private Path file(ClFacts facts, Planned.Source s) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (String part : new String[] {facts.platform(), facts.name(), facts.driver(), facts.version(), s.options(), s.text()}) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return folder.resolve(HexFormat.of().formatHex(digest.digest()) + ".bin");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** @return null when it was never built here */
  byte[] get(ClFacts facts, Planned.Source s) {
    if (folder == null) return null;
    try {
      Path file = file(facts, s);
      return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
    } catch (IOException e) {
      return null;
    }
  }

  void put(ClFacts facts, Planned.Source s, byte[] binary) {
    if (folder == null || binary.length == 0) return;
    try {
      Files.createDirectories(folder);
      Path whole = file(facts, s), part = Files.createTempFile(folder, "new", ".part");
      Files.write(part, binary);
      Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // Built again the next time.
    }
  }
}
