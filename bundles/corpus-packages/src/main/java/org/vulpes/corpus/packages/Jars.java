package org.vulpes.corpus.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.vulpes.slot.InvalidInput;

/** Reads entries of jars as plain zips, with every size bounded, and checks a jar against its pinned checksum. */
final class Jars {
  private static final int MOST_ENTRIES = 100_000;
  private static final int MOST_BYTES = 64 << 20;

  private Jars() {}

  /** One file of a jar. @param id for messages: "guava.jar!/com/…" */
  record File(String id, byte[] bytes) {}

  /**
   * The jar's checked place.
   *
   * @throws InvalidInput when it is missing or is not the pinned one
   */
  static Path require(Path folder, Pin pin) {
    Path jar = folder.resolve(pin.file());
    if (!Files.isRegularFile(jar)) {
      throw new InvalidInput("The corpus file " + jar + " (" + pin.coordinates() + ") is missing; run 'mvn package' in the project once with a "
          + "network connection: it puts the file there.");
    }
    String sum = sha256(jar);
    if (!sum.equals(pin.sha256())) {
      throw new InvalidInput("The corpus file " + jar + " is not " + pin.coordinates() + " (SHA-256 " + sum + ", pinned " + pin.sha256()
          + "); delete it, and its copy in the local Maven repository, and build again.");
    }
    return jar;
  }

  static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int n; (n = in.read(buffer)) >= 0; ) digest.update(buffer, 0, n);
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw unreadable(file, e);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** Files whose name is wanted, lazily, in the order of their names. Closing the stream closes the jar. */
  static Stream<File> files(Path jar, Predicate<String> wanted) {
    ZipFile zip;
    try {
      zip = new ZipFile(jar.toFile());
    } catch (IOException e) {
      throw unreadable(jar, e);
    }
    if (zip.size() > MOST_ENTRIES) {
      close(zip, jar);
      throw new InvalidInput(jar + " has " + zip.size() + " entries, more than the " + MOST_ENTRIES + " that are read; it is not a jar of sources.");
    }
    List<? extends ZipEntry> entries = zip.stream().filter(e -> !e.isDirectory() && wanted.test(e.getName()))
        .sorted(Comparator.comparing(ZipEntry::getName)).toList();
    return entries.stream().map(e -> new File(jar.getFileName() + "!/" + e.getName(), bytes(zip, e, jar))).onClose(() -> close(zip, jar));
  }

  /** One file. @throws InvalidInput when the jar does not have it */
  static File file(Path jar, String name) {
    try (var files = files(jar, name::equals)) {
      return files.findFirst().orElseThrow(() -> new InvalidInput(jar + " has no " + name + "; build again to get the pinned one."));
    }
  }

  /** Unpacks gzip up to a bound. */
  static byte[] gunzip(File file) {
    try (var in = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(file.bytes()))) {
      return bounded(in, file.id());
    } catch (IOException e) {
      throw new InvalidInput("Cannot unpack " + file.id() + " (" + e.getMessage() + "); build again to get the pinned one.", e);
    }
  }

  private static byte[] bytes(ZipFile zip, ZipEntry entry, Path jar) {
    try (InputStream in = zip.getInputStream(entry)) {
      return bounded(in, jar.getFileName() + "!/" + entry.getName());
    } catch (IOException e) {
      throw unreadable(jar, e);
    }
  }

  private static byte[] bounded(InputStream in, String id) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) throw new InvalidInput(id + " unpacks to more than " + (MOST_BYTES >> 20) + " MiB, the most that is read.");
    return bytes;
  }

  private static void close(ZipFile zip, Path jar) {
    try {
      zip.close();
    } catch (IOException e) {
      throw unreadable(jar, e);
    }
  }

  private static InvalidInput unreadable(Path file, IOException e) {
    return new InvalidInput("Cannot read " + file + (e instanceof ZipException ? " as a zip" : "") + " (" + e.getMessage() + ").", e);
  }
}
