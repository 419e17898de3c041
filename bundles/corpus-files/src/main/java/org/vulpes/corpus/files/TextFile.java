package org.vulpes.corpus.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.vulpes.slot.InvalidInput;

/**
 * One file of a domain as it was when it was listed.
 *
 * @param id as the user would name it, '/' between folders, the same on every machine when the configured path is relative
 * @param relative below the configured path: what the fingerprint sees
 */
record TextFile(String id, String relative, Path path, long size, FileTime modified) {
  /** What a folder gives; each may be packed. */
  static final List<String> ENDINGS = List.of(".jsonl", ".md", ".ndjson", ".txt");
  private static final int BUFFER = 1 << 16;

  static TextFile of(String id, String relative, Path path) throws IOException {
    var attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) throw new InvalidInput(path + " is no regular file.");
    return new TextFile(id, relative, path, attributes.size(), attributes.lastModifiedTime());
  }

  /** Whether a folder gives a file of this name. */
  static boolean wanted(String name) {
    String plain = unpackedName(name);
    return ENDINGS.stream().anyMatch(plain::endsWith);
  }

  private static String unpackedName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
  }

  boolean jsonLines() {
    String plain = unpackedName(path.getFileName().toString());
    return plain.endsWith(".jsonl") || plain.endsWith(".ndjson") || plain.endsWith(".json");
  }

  private boolean packed() {
    return path.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".gz");
  }

  /** The file's bytes as they lie there. @throws InvalidInput when it cannot be read or is no longer what was listed */
  InputStream raw() {
    try {
      checkUnchanged();
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** The text's bytes, unpacked. */
  InputStream open() {
    InputStream raw = raw();
    if (!packed()) return new BufferedInputStream(raw, BUFFER);
    try {
      return new GZIPInputStream(raw, BUFFER);
    } catch (IOException e) {
      try {
        raw.close();
      } catch (IOException second) {
        e.addSuppressed(second);
      }
      throw unreadable(e);
    }
  }

  /** Documents of a file that somebody writes to would belong to no state of it. */
  void checkUnchanged() throws IOException {
    var now = Files.readAttributes(path, BasicFileAttributes.class);
    if (now.size() != size || !now.lastModifiedTime().equals(modified)) {
      throw new InvalidInput("File " + path + " changed while it was read; run again when it is quiet.");
    }
  }

  InvalidInput unreadable(IOException e) {
    if (e instanceof java.nio.file.AccessDeniedException) return new InvalidInput("File " + path + " may not be read by this user.", e);
    if (e instanceof NoSuchFileException) return new InvalidInput("File " + path + " is gone; run again when its folder is quiet.", e);
    if (packed() && (e instanceof ZipException || e instanceof java.io.EOFException)) {
      return new InvalidInput("File " + path + " is damaged or not packed by gzip (" + e.getMessage() + "); fetch or pack it again, or leave it out.", e);
    }
    return new InvalidInput("Cannot read file " + path + " (" + e.getMessage() + ").", e);
  }
}
