package org.vulpes.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.vulpes.slot.InvalidInput;

/** Examples that were made by a recipe: beside the file lies {@code NAME.made} with two lines, the SHA-256 of the recipe and that of the file. */
public final class MadeFile {
  private MadeFile() {}

  /**
   * Whether the file is there as this recipe made it.
   *
   * @throws InvalidInput when it is there and was made by another recipe, by hand, or altered
   */
  public static boolean isThere(Path file, String recipe) {
    if (!Files.exists(file)) return false;
    List<String> said = said(file);
    if (said.isEmpty()) throw new InvalidInput(file + " is there and was not made by this command; choose another name, or take it away.");
    if (!said.getFirst().equals(hex(recipe.getBytes(StandardCharsets.UTF_8)))) {
      throw new InvalidInput(file + " was made by another recipe (other models, problems, rewards or sampling); choose another name, or take it away.");
    }
    check(file);
    return true;
  }

  /** Writes what is beside a file that was just made. */
  public static void seal(Path file, String recipe) throws IOException {
    Files.writeString(beside(file), hex(recipe.getBytes(StandardCharsets.UTF_8)) + "\n" + sum(file) + "\n");
  }

  /** @throws InvalidInput when the file is not what was made; one that nobody made is not looked at */
  public static void check(Path file) {
    List<String> said = said(file);
    try {
      if (!said.isEmpty() && !said.getLast().equals(sum(file))) throw new InvalidInput(file + " was altered since it was made; make it anew, or delete " + beside(file).getFileName() + " if you meant to.");
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + " (" + e.getMessage() + ").", e);
    }
  }

  private static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + ".made");
  }

  /** Empty when there is nothing beside the file. */
  private static List<String> said(Path file) {
    if (!Files.exists(beside(file))) return List.of();
    try {
      return Files.readAllLines(beside(file));
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + beside(file) + " (" + e.getMessage() + ").", e);
    }
  }

  private static String sum(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
