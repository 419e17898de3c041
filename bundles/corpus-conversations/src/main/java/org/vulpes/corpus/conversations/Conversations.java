package org.vulpes.corpus.conversations;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.MadeFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/** Examples by domain, read whole when they are first asked for: a bad line is found before anything is trained. */
final class Conversations implements CorpusSource {
  /** Changes whenever the same files would give other documents. */
  private static final String RULES = "conversations 1";

  /** @param paths of JSON lines @param made "wordnet", "corrections", "correction-pairs"; empty for files @param most examples; 0: all */
  record Domain(List<Path> paths, String made, int most) {}

  /** @param skipped lines that could not be used @param tooLong examples */
  private record Read(List<Document> documents, int skipped, int tooLong, String first) {}

  private final SortedMap<String, Domain> domains;
  private final Writer writer;
  private final boolean skip;
  private final int longest;
  private final SortedMap<String, Read> read = new TreeMap<>();

  Conversations(SortedMap<String, Domain> domains, Writer writer, boolean skip, int longest) {
    this.domains = domains;
    this.writer = writer;
    this.skip = skip;
    this.longest = longest;
  }

  @Override
  public List<String> domains() {
    return List.copyOf(domains.keySet());
  }

  @Override
  public boolean whole() {
    return true;
  }

  @Override
  public List<String> controls() {
    return writer.template().controls();
  }

  @Override
  public Stream<Document> documents(String domain) {
    if (!domains.containsKey(domain)) throw new InvalidInput("The corpus of conversations has no domain '" + domain + "'" + Spelling.hint(domain, domains.keySet()) + ".");
    return of(domain).documents.stream();
  }

  @Override
  public List<String> notes() {
    var out = new ArrayList<String>();
    for (String name : domains.keySet()) {
      Read r = of(name);
      if (r.skipped > 0) out.add("Domain '" + name + "' leaves out " + r.skipped + (r.skipped == 1 ? " line" : " lines") + " that cannot be used, the first: " + r.first);
      if (r.tooLong > 0) out.add("Domain '" + name + "' leaves out " + r.tooLong + " examples of more than " + longest + " bytes (corpus.conversations.longest).");
    }
    return out;
  }

  private synchronized Read of(String name) {
    return read.computeIfAbsent(name, n -> new Reading(n, domains.get(n)).read());
  }

  /** One domain on its way to documents. */
  private final class Reading {
    private final String name;
    private final Domain domain;
    private final List<Document> documents = new ArrayList<>();
    private int skipped;
    private int tooLong;
    private String first = "";

    Reading(String name, Domain domain) {
      this.name = name;
      this.domain = domain;
    }

    Read read() {
      switch (domain.made) {
        case "" -> domain.paths.forEach(this::file);
        case "wordnet" -> WordNetQuestions.read((id, sample) -> add(id, id, sample));
        default -> Corrections.read(domain.made.equals("correction-pairs"), (id, sample) -> add(id, id, sample));
      }
      if (documents.isEmpty()) throw new InvalidInput("Domain '" + name + "' of corpus.conversations has no example that can be used.");
      List<Document> kept = documents;
      if (domain.most > 0 && domain.most < documents.size()) {
        kept = new ArrayList<>();
        for (int i = 0; i < domain.most; i++) kept.add(documents.get((int) ((long) i * documents.size() / domain.most)));
      }
      return new Read(kept, skipped, tooLong, first);
    }

    private void file(Path file) {
      MadeFile.check(file);
      int number = 0;
      try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          number++;
          if (line.isBlank()) continue;
          String place = file + ":" + number + ": ";
          try {
            add(file.getFileName() + ":" + number, place, SampleLine.read(line));
          } catch (InvalidInput e) {
            refuse(place + "the line " + e.getMessage(), e);
          }
        }
      } catch (CharacterCodingException e) {
        throw new InvalidInput(file + ": the line after line " + number + ", or one soon after it, is not UTF-8; convert the file.", e);
      } catch (IOException e) {
        throw new InvalidInput("Cannot read " + file + " (" + e.getMessage() + ").", e);
      }
    }

    private void refuse(String what, InvalidInput e) {
      if (!skip) throw new InvalidInput(what + "; mend the line, or leave such lines out with corpus.conversations.bad-lines = skip.", e);
      if (skipped++ == 0) first = what + ".";
    }

    private void add(String id, String place, Sample sample) {
      Document d = writer.document(id, name, sample);
      if (d.text().getBytes(StandardCharsets.UTF_8).length > longest) tooLong++;
      else documents.add(d);
    }
  }

  @Override
  public String fingerprint() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var text = new StringBuilder(RULES).append(writer.template().fingerprint()).append('\n').append(writer.system()).append('\n').append(skip).append(longest);
      for (var e : domains.entrySet()) {
        text.append('\n').append(e.getKey()).append(' ').append(e.getValue().made).append(' ').append(e.getValue().most);
        if (e.getValue().made.equals("wordnet")) text.append(Artifact.WORDNET.sha256());
        else if (!e.getValue().made.isEmpty()) text.append(Artifact.GRAMMAR.sha256());
        for (Path p : e.getValue().paths) digest.update(Files.readAllBytes(p));
      }
      digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
      return RULES + "@" + HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new UncheckedIOException("A file of conversations was there and cannot be read now.", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
