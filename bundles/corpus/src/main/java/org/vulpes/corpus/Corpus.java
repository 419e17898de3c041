package org.vulpes.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.corpus.internal.Selection;
import org.vulpes.corpus.internal.Selection.Pick;
import org.vulpes.corpus.internal.Selection.Side;
import org.vulpes.corpus.internal.Encoding;
import org.vulpes.corpus.internal.Marks;
import org.vulpes.corpus.internal.StoreFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

/**
 * A source and how much of it is used: gives the text on which a tokenizer is trained, and the store of tokens on which models are.
 * The source is read when first needed: once to hash and select, once more for each product; a store found in the cache needs neither.
 */
public final class Corpus {
  /** Documents encoded side by side; the result does not depend on it. */
  private static final int CHUNK = 256;
  /** The same in bytes: documents may be books. */
  private static final long CHUNK_BYTES = 8 << 20;

  private final CorpusSource source;
  private final CorpusSpec spec;
  private Selection selection;

  public Corpus(CorpusSource source, CorpusSpec spec) {
    this.source = source;
    this.spec = spec;
  }

  public CorpusSource source() {
    return source;
  }

  public CorpusSpec spec() {
    return spec;
  }

  /** SHA-256 (hex) of what decides the selected texts: the source's fingerprint, the spec, the rules of selection. Reads no document. */
  public String hash() {
    return HexFormat.of().formatHex(Selection.sha256(String.join("\n", Selection.RULES, source.fingerprint(), String.join(",", source.domains()),
        Long.toString(spec.maxBytes()), Long.toString(spec.validationBytes()))));
  }

  /**
   * Training text for a tokenizer: whole training documents in the order of their hashes, the next always of the domain that has given the
   * fewest bytes so far, until {@code bytes} are reached. Never a validation document.
   *
   * @param bytes UTF-8; also bounds the memory that this takes
   */
  public Stream<String> sample(long bytes) {
    var queues = new TreeMap<String, Queue<Integer>>();
    var picks = new TreeMap<String, List<Pick>>();
    selection().domains().forEach((name, domain) -> {
      picks.put(name, domain.picks());
      queues.put(name, new ArrayDeque<>(IntStream.range(0, domain.picks().size()).filter(i -> domain.picks().get(i).side() == Side.TRAINING)
          .boxed().sorted(Comparator.comparing(domain.picks()::get, Selection.BY_HASH)).toList()));
    });
    record Place(String domain, int index) {}
    var order = new ArrayList<Place>();
    var given = new TreeMap<String, Long>();
    for (long sum = 0; sum < bytes; ) {
      String next = queues.keySet().stream().filter(d -> !queues.get(d).isEmpty()).min(Comparator.comparingLong(d -> given.getOrDefault(d, 0L))).orElse(null);
      if (next == null) break;
      int index = queues.get(next).remove();
      long length = picks.get(next).get(index).bytes();
      order.add(new Place(next, index));
      given.merge(next, length, Long::sum);
      sum += length;
    }
    Map<Place, String> texts = new HashMap<>();
    var wanted = new java.util.HashSet<>(order);
    for (String domain : given.keySet()) {
      try (var documents = source.documents(domain)) {
        int i = 0;
        for (var it = documents.iterator(); it.hasNext(); i++) {
          var place = new Place(domain, i);
          String text = it.next().text();
          if (wanted.contains(place)) texts.put(place, text);
        }
      }
    }
    return order.stream().map(texts::get);
  }

  /**
   * The corpus as tokens, out of the cache when it is there and whole.
   *
   * @param cache folder; holds one file for each corpus, spec and tokenizer
   * @param say is told one sentence when a damaged file is made anew
   * @param progress is told the share done, 0 … 1, from time to time
   * @throws InvalidInput for a document that is not UTF-8, an empty domain, too little validation text, or a cache that cannot be written
   */
  public TokenStore tokenize(Tokenizer tokenizer, Path cache, Consumer<String> say, DoubleConsumer progress) {
    String key = HexFormat.of().formatHex(Selection.sha256(hash() + "\n" + tokenizer.fingerprint()));
    Path file = cache.resolve("tokens-" + key.substring(0, 32) + ".bin");
    try {
      if (Files.exists(file)) {
        try {
          return new TokenStore(tokenizer, StoreFile.read(file, key, tokenizer.vocabularySize()), source.whole());
        } catch (StoreFile.Damaged e) {
          say.accept("The cached tokens " + file + " are made anew: the file " + e.getMessage() + ".");
        }
      }
      write(tokenizer, file, key, progress);
      return new TokenStore(tokenizer, StoreFile.read(file, key, tokenizer.vocabularySize()), source.whole());
    } catch (StoreFile.Damaged e) {
      throw new InvalidInput("The cached tokens " + file + " were just written, but the file " + e.getMessage() + "; check the disk.", e);
    } catch (IOException | UncheckedIOException e) {
      throw new InvalidInput("Cannot read or write the cached tokens " + file + " (" + (e instanceof UncheckedIOException u ? u.getCause() : e).getMessage() + "); free space there or name another cache folder.", e);
    }
  }

  private void write(Tokenizer tokenizer, Path file, String key, DoubleConsumer progress) throws IOException {
    var domains = selection().domains();
    long all = domains.values().stream().flatMap(d -> d.picks().stream()).filter(p -> p.side() != Side.OUT).mapToLong(Pick::bytes).sum();
    int[] bytesOf = TokenStore.bytesOf(tokenizer);
    var counts = new ArrayList<StoreFile.Counts>();
    long done = 0;
    try (var writer = new StoreFile.Writer(file)) {
      for (var e : domains.entrySet()) {
        int number = counts.size();
        var domain = e.getValue();
        counts.add(new StoreFile.Counts(e.getKey(), domain.duplicates(), domain.heldOut(), domain.surplus()));
        var chunk = new ArrayList<Document>();
        var picks = new ArrayList<Pick>();
        long held = 0;
        try (var documents = source.documents(e.getKey())) {
          int i = 0;
          for (var it = documents.iterator(); it.hasNext(); i++) {
            Document d = it.next();
            Pick pick = i < domain.picks().size() ? domain.picks().get(i) : null;
            if (pick == null) throw new InvalidInput("Domain '" + e.getKey() + "' changed while it was read; run again when its files are quiet.");
            if (pick.side() != Side.OUT) {
              chunk.add(d);
              picks.add(pick);
              held += pick.bytes();
            }
            if (chunk.size() == CHUNK || held >= CHUNK_BYTES) {
              done += encode(tokenizer, bytesOf, writer, number, chunk, picks, progress, done, all);
              held = 0;
            }
          }
        }
        done += encode(tokenizer, bytesOf, writer, number, chunk, picks, progress, done, all);
      }
      writer.finish(key, counts);
    }
    progress.accept(1);
  }

  private static long encode(Tokenizer tokenizer, int[] bytesOf, StoreFile.Writer writer, int domain, List<Document> chunk, List<Pick> picks,
      DoubleConsumer progress, long done, long all) throws IOException {
    List<Encoding> encoded = chunk.parallelStream().map(d -> Encoding.of(d, tokenizer)).toList();
    long bytes = 0;
    for (int i = 0; i < encoded.size(); i++) {
      Pick p = picks.get(i);
      Encoding e = encoded.get(i);
      long told = IntStream.of(e.ids()).mapToLong(id -> bytesOf[id & Marks.ID]).sum();
      if (told != e.bytes()) {
        throw new IllegalStateException("The tokenizer accounts for " + told + " of the " + e.bytes() + " bytes of " + chunk.get(i).id());
      }
      writer.add(domain, p.side(), p.high(), p.low(), Math.toIntExact(e.learned()), e.ids());
      bytes += p.bytes();
    }
    chunk.clear();
    picks.clear();
    progress.accept((double) (done + bytes) / all);
    return bytes;
  }

  private synchronized Selection selection() {
    if (selection == null) selection = Selection.of(source, spec);
    return selection;
  }
}
