package org.vulpes.corpus;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.corpus.internal.Selection.Side;
import org.vulpes.corpus.internal.Marks;
import org.vulpes.corpus.internal.StoreFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;
import org.vulpes.tokenizer.Tokenizer;

/**
 * A corpus as token ids: for each domain the documents that train and those that validate. Memory-mapped, immutable, safe for many threads:
 * the trials of a study share one. {@link Corpus#tokenize} makes it.
 */
public final class TokenStore {
  private final Tokenizer tokenizer;
  private final int[] bytesOfId;
  private final SortedMap<String, Documents> training = new TreeMap<>();
  private final SortedMap<String, Documents> validation = new TreeMap<>();
  private final SortedMap<String, Counts> counts = new TreeMap<>();
  private final String contentHash;
  private final boolean marked;
  private final boolean whole;

  /**
   * What became of a domain's documents, for plans and reports.
   *
   * @param duplicates dropped because an equal text came before
   * @param heldOut kept from training because the original they were made from also gave a validation document
   * @param surplus left out by {@code max-bytes}
   */
  public record Counts(int duplicates, int heldOut, int surplus) {}

  TokenStore(Tokenizer tokenizer, StoreFile.Content content, boolean whole) {
    this.tokenizer = tokenizer;
    this.whole = whole;
    marked = content.marked();
    bytesOfId = bytesOf(tokenizer);
    for (int d = 0; d < content.domains().size(); d++) {
      var c = content.domains().get(d);
      counts.put(c.name(), new Counts(c.duplicates(), c.heldOut(), c.surplus()));
      training.put(c.name(), new Documents(rows(content, d, Side.TRAINING), content.ids()));
      validation.put(c.name(), new Documents(rows(content, d, Side.VALIDATION), content.ids()));
    }
    contentHash = hash();
  }

  /** UTF-8 bytes by id. */
  static int[] bytesOf(Tokenizer tokenizer) {
    return IntStream.range(0, tokenizer.vocabularySize()).map(id -> tokenizer.bytes(id).length).toArray();
  }

  private static List<StoreFile.Row> rows(StoreFile.Content content, int domain, Side side) {
    return content.rows().stream().filter(r -> r.domain() == domain && r.side() == side)
        .sorted((a, b) -> a.high() != b.high() ? Long.compareUnsigned(a.high(), b.high()) : Long.compareUnsigned(a.low(), b.low())).toList();
  }

  /** The documents of one domain on one side of the split, in the order of their hashes. */
  public final class Documents {
    private final long[] high;
    private final long[] low;
    private final long[] at;
    private final int[] tokens;
    /** Ids of the first row, where an example has two. */
    private final int[] first;
    private final int[] bytes;
    private final long allTokens;
    private final long allBytes;
    private final MemorySegment ids;

    private Documents(List<StoreFile.Row> rows, MemorySegment ids) {
      this.ids = ids;
      high = rows.stream().mapToLong(StoreFile.Row::high).toArray();
      low = rows.stream().mapToLong(StoreFile.Row::low).toArray();
      at = rows.stream().mapToLong(StoreFile.Row::at).toArray();
      tokens = rows.stream().mapToInt(StoreFile.Row::tokens).toArray();
      bytes = rows.stream().mapToInt(StoreFile.Row::bytes).toArray();
      first = tokens.clone();
      if (marked) for (int d = 0; d < first.length; d++) first[d] = rowEnd(d, 0);
      allTokens = IntStream.of(first).asLongStream().sum();
      allBytes = IntStream.of(bytes).asLongStream().sum();
    }

    public int count() {
      return tokens.length;
    }

    /** Tokens of all documents, without an end-of-text. */
    public long tokens() {
      return allTokens;
    }

    /** UTF-8 bytes of all documents. */
    public long bytes() {
      return allBytes;
    }

    /** Tokens of a document, without an end-of-text; of an example with two rows, those of the first. */
    public int tokens(int document) {
      return first[document];
    }

    /** Tokens of the longest row of any document. */
    public int longest() {
      int most = 0;
      for (int d = 0; d < count(); d++) {
        for (int from = 0, to; from < tokens[d]; from = to) {
          to = rowEnd(d, from);
          most = Math.max(most, to - from);
        }
      }
      return most;
    }

    /** The place behind the row that begins at {@code from}. */
    private int rowEnd(int document, int from) {
      if (!marked) return tokens[document];
      for (int i = from + 1; i < tokens[document]; i++) if ((mark(document, i) & Marks.ROW) != 0) return i;
      return tokens[document];
    }

    private int mark(int document, int i) {
      return ids.getAtIndex(StoreFile.ID, at[document] + i) & ~Marks.ID;
    }

    /** Whether an id of a document is to be learned: it is no question, and nobody found the example bad. */
    public boolean learned(int document, int i) {
      return !marked || answer(document, i) && (mark(document, 0) & Marks.WORSE) == 0;
    }

    private boolean answer(int document, int i) {
      return !marked || (mark(document, i) & Marks.CONTEXT) == 0;
    }

    /** A document's rows: one, or the better and the worse answer to one question. */
    public List<Row> rows(int document) {
      var out = new ArrayList<Row>();
      for (int from = 0, to; from < tokens[document]; from = to) {
        to = rowEnd(document, from);
        var row = new int[to - from];
        copy(document, from, row, 0, row.length);
        var answer = new boolean[row.length];
        for (int i = 0; i < row.length; i++) answer[i] = answer(document, from + i);
        out.add(new Row(row, answer, marked && (mark(document, from) & Marks.WORSE) != 0));
      }
      return out;
    }

    public int bytes(int document) {
      return bytes[document];
    }

    /** 64 bits that depend on the document's text alone. */
    public long hash(int document) {
      return high[document];
    }

    /** Copies {@code n} ids of a document, from its id {@code from} on, to {@code to[offset …]}. */
    public void copy(int document, int from, int[] to, int offset, int n) {
      java.util.Objects.checkFromIndexSize(from, n, tokens[document]);
      MemorySegment.copy(ids, StoreFile.ID, 4 * (at[document] + from), to, offset, n);
      if (marked) for (int i = offset; i < offset + n; i++) to[i] &= Marks.ID;
    }

    /** UTF-8 text of the ids {@code from … to-1} of a document; may begin or end inside a character. */
    public byte[] text(int document, int from, int to) {
      int[] some = new int[to - from];
      copy(document, from, some, 0, some.length);
      var out = new ByteArrayOutputStream();
      for (int id : some) out.writeBytes(tokenizer.bytes(id));
      return out.toByteArray();
    }

    /** UTF-8 text of a document. */
    public byte[] text(int document) {
      return text(document, 0, tokens[document]);
    }

    /** UTF-8 texts of all documents, lazily, in the order of their hashes. */
    public Stream<byte[]> texts() {
      return IntStream.range(0, count()).mapToObj(this::text);
    }
  }

  /**
   * A row of an example.
   *
   * @param answer whether each id is learned
   * @param worse the worse answer of a pair, or one that is labelled bad
   */
  public record Row(int[] ids, boolean[] answer, boolean worse) {}

  /** Whether documents are never cut. */
  public boolean whole() {
    return whole;
  }

  /** Whether some of it is only seen: there are questions and answers. */
  public boolean marked() {
    return marked;
  }

  /** Names of the domains, alphabetical. */
  public List<String> domains() {
    return List.copyOf(training.keySet());
  }

  /** What trains. @throws InvalidInput when there is no such domain */
  public Documents training(String domain) {
    return training.get(known(domain));
  }

  /** What validates: the same documents for every seed, arm and {@code max-bytes}. @throws InvalidInput when there is no such domain */
  public Documents validation(String domain) {
    return validation.get(known(domain));
  }

  /** @throws InvalidInput when there is no such domain */
  public Counts counts(String domain) {
    return counts.get(known(domain));
  }

  private String known(String domain) {
    if (training.containsKey(domain)) return domain;
    String hint = Spelling.hint(domain, training.keySet());
    throw new InvalidInput("The corpus has no domain '" + domain + "'; it has " + String.join(", ", training.keySet()) + (hint.isEmpty() ? "." : hint));
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** UTF-8 bytes that an id stands for; 0 for a special token. */
  public int bytesOf(int id) {
    return bytesOfId[id];
  }

  /** SHA-256 (hex) of the selected texts: domains, sides and documents' hashes; independent of the tokenizer and of where the texts came from. */
  public String contentHash() {
    return contentHash;
  }

  /** Decides which token follows which in a {@link TrainingStream}: content and tokenizer, hex. */
  public String identity() {
    return contentHash.substring(0, 16) + "-" + tokenizer.fingerprint().substring(0, Math.min(16, tokenizer.fingerprint().length()));
  }

  private String hash() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (String domain : training.keySet()) {
        digest.update((domain + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (Documents d : List.of(training.get(domain), validation.get(domain))) {
          var bits = ByteBuffer.allocate(4 + 16 * d.count()).putInt(d.count());
          for (int i = 0; i < d.count(); i++) bits.putLong(d.high[i]).putLong(d.low[i]);
          digest.update(bits.array());
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
