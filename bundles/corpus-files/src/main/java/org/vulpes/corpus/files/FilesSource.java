package org.vulpes.corpus.files;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/** The documents of listed files. */
final class FilesSource implements CorpusSource {
  /** Changes whenever the same files and rules would give other documents. */
  private static final String FORM = "files 1";
  private static final int BUFFER = 1 << 20;

  private final SortedMap<String, Domain> domains;
  private final List<String> notes;
  private String fingerprint;

  FilesSource(SortedMap<String, Domain> domains, List<String> notes) {
    this.domains = domains;
    this.notes = List.copyOf(notes);
  }

  @Override
  public List<String> domains() {
    return List.copyOf(domains.keySet());
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public Stream<Document> documents(String domain) {
    Domain d = domains.get(domain);
    if (d == null) throw new InvalidInput("The corpus of files has no domain '" + domain + "'" + Spelling.hint(domain, domains.keySet()) + ".");
    // Not flatMap: asked for its iterator, it would hold all documents of a file at once.
    var documents = new DocumentIterator(d);
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(documents, Spliterator.ORDERED | Spliterator.NONNULL), false).onClose(documents::close);
  }

  /** Reads every file once: two corpora are the same when their bytes are, whatever their dates and wherever they lie. */
  @Override
  public synchronized String fingerprint() {
    if (fingerprint == null) {
      var all = sha256();
      byte[] buffer = new byte[BUFFER];
      for (Domain d : domains.values()) {
        add(all, d.name());
        add(all, d.rules().identity());
        for (TextFile f : d.files()) {
          add(all, f.relative());
          all.update(content(f, buffer));
        }
      }
      fingerprint = FORM + " " + HexFormat.of().formatHex(all.digest());
    }
    return fingerprint;
  }

  private static byte[] content(TextFile file, byte[] buffer) {
    var digest = sha256();
    try (InputStream in = file.raw()) {
      for (int n; (n = in.read(buffer)) >= 0; ) digest.update(buffer, 0, n);
      file.checkUnchanged();
    } catch (IOException e) {
      throw file.unreadable(e);
    }
    return digest.digest();
  }

  /** A text with its length before it, so that no two lists of texts look alike. */
  private static void add(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    digest.update(java.nio.ByteBuffer.allocate(4).putInt(bytes.length).array());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
