package org.vulpes.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;
import org.vulpes.slot.Snapshot;
import org.vulpes.slot.Swappable;

/**
 * What a trial is taught, batch after batch, without end. Each sequence is of one domain, drawn by the weights from the seed and the
 * sequence's number. A domain is one long row of documents: all of them in an order that the seed, the domain and the epoch decide, then
 * all again in another order. So every arm of a study reads the same documents of a domain in the same order, whatever its lessons.
 *
 * <p>A document of ids t1 … tn takes n + 1 places: inputs ⟨end-of-text⟩ t1 … tn, targets t1 … tn ⟨end-of-text⟩. Places are packed back to
 * back; a document that does not fit goes on in the domain's next sequence, where it sees what it has there, from the sequence's start.
 * {@link Batch#firstVisible} keeps documents apart. Every target is taught exactly once an epoch, with weight 1.
 *
 * <p>Not safe for several threads: each trial has its own, over a shared store.
 */
public final class TrainingStream implements Swappable {
  private static final String SCHEMA = "training-stream";

  private final TokenStore store;
  private final long seed;
  private final Random64 draw;
  private final SortedMap<String, Row> rows = new TreeMap<>();
  private long sequence;

  /** The place at which a domain goes on. */
  private static final class Row {
    final TokenStore.Documents documents;
    final String domain;
    long epoch;
    /** Document in the epoch's order. */
    int document;
    /** Places of the document that are taught: 0 … tokens. */
    int place;
    private int[] order;

    Row(String domain, TokenStore.Documents documents) {
      this.domain = domain;
      this.documents = documents;
    }
  }

  public TrainingStream(TokenStore store, long seed) {
    this.store = store;
    this.seed = seed;
    draw = Random64.of(seed, "domain");
    for (String d : store.domains()) rows.put(d, new Row(d, store.training(d)));
  }

  /**
   * The next batch, [sequences × length].
   *
   * @param domainWeights share of the sequences of each domain, not necessarily normalised; empty: in proportion to the domains' tokens
   * @throws InvalidInput for a weight of a domain that the corpus does not have, a negative one, or none above 0
   */
  public Batch next(int sequences, int length, SortedMap<String, Double> domainWeights) {
    check(domainWeights);
    int size = Math.multiplyExact(sequences, length);
    int[] tokens = new int[size];
    int[] targets = new int[size];
    int[] firstVisible = new int[size];
    float[] weight = new float[size];
    Arrays.fill(weight, 1);
    for (int s = 0; s < sequences; s++) fill(draw(domainWeights), tokens, targets, firstVisible, weight, s * length, length);
    long bytes = 0;
    for (int i = 0; i < size; i++) if (weight[i] != 0) bytes += store.bytesOf(targets[i]);
    return new Batch(sequences, length, tokens, targets, firstVisible, weight, bytes);
  }

  private void fill(Row row, int[] tokens, int[] targets, int[] firstVisible, float[] weight, int start, int length) {
    int endOfText = store.tokenizer().endOfText();
    for (int at = 0; at < length; ) {
      int document = order(row)[row.document];
      int n = row.documents.tokens(document);
      if (store.whole() && n + 1 > length - at) {
        if (at == 0) throw tooLong(row.domain, n, length);
        empty(tokens, targets, firstVisible, weight, start, at, length);
        return;
      }
      int places = Math.min(n + 1 - row.place, length - at);
      int end = row.place + places;
      Arrays.fill(firstVisible, start + at, start + at + places, at);
      // Place p has input id p-1 and target id p; the input before the first and the target after the last are the end-of-text.
      int ids = Math.min(end, n) - row.place;
      row.documents.copy(document, row.place, targets, start + at, ids);
      if (end == n + 1) targets[start + at + places - 1] = endOfText;
      if (store.marked()) weigh(row, document, n, weight, start + at, places);
      if (row.place == 0) {
        tokens[start + at] = endOfText;
        row.documents.copy(document, 0, tokens, start + at + 1, places - 1);
      } else {
        row.documents.copy(document, row.place - 1, tokens, start + at, places);
      }
      at += places;
      row.place = end;
      if (end == n + 1) {
        row.place = 0;
        next(row);
      }
    }
  }

  /** Only answers count, and the end of text after one that does not end with it. */
  private void weigh(Row row, int document, int n, float[] weight, int from, int places) {
    for (int i = 0; i < places; i++) {
      int p = row.place + i;
      boolean learned = p < n ? row.documents.learned(document, p) : n > 0 && row.documents.learned(document, n - 1) && last(row, document, n) != store.tokenizer().endOfText();
      if (!learned) weight[from + i] = 0;
    }
  }

  private static int last(Row row, int document, int n) {
    var id = new int[1];
    row.documents.copy(document, n - 1, id, 0, 1);
    return id[0];
  }

  /** Room that stays empty sees itself alone and teaches nothing. */
  private void empty(int[] tokens, int[] targets, int[] firstVisible, float[] weight, int start, int at, int length) {
    for (int i = at; i < length; i++) {
      tokens[start + i] = store.tokenizer().endOfText();
      targets[start + i] = Batch.IGNORED;
      firstVisible[start + i] = i;
      weight[start + i] = 0;
    }
  }

  /** Sequences and examples that were given so far: the number of the next one. */
  public long sequence() {
    return sequence;
  }

  /** Whether some text is only seen: there are questions, and answers to be learned. */
  public boolean asks() {
    return store.marked();
  }

  /** @throws InvalidInput when documents are not to be cut and one is too long for a lesson */
  public void check(int length) {
    if (!store.whole()) return;
    for (String domain : store.domains()) {
      int most = store.training(domain).longest();
      if (most + 1 > length) throw tooLong(domain, most, length);
    }
  }

  private static InvalidInput tooLong(String domain, int tokens, int length) {
    return new InvalidInput("An example of domain '" + domain + "' has " + tokens + " tokens and its end, more than a sequence of " + length
        + ": it would be cut off from its question. Raise the curriculum's sequence-length, or leave long examples out (longest of the corpus).");
  }

  /**
   * The next whole example: for objectives that lay out their rows themselves.
   *
   * @param domainWeights share of the examples of each domain; empty: in proportion to the domains' tokens
   */
  public Example take(SortedMap<String, Double> domainWeights) {
    check(domainWeights);
    Row row = draw(domainWeights);
    var out = new Example(row.domain, row.documents.rows(order(row)[row.document]));
    row.place = 0;
    next(row);
    return out;
  }

  /** @param rows one, or the better and the worse answer to one question */
  public record Example(String domain, List<TokenStore.Row> rows) {}

  private static void next(Row row) {
    row.document++;
    if (row.document == row.documents.count()) {
      row.document = 0;
      row.epoch++;
      row.order = null;
    }
  }

  private Row draw(SortedMap<String, Double> weights) {
    double sum = 0;
    for (Row r : rows.values()) sum += weight(r, weights);
    double u = draw.uniform(sequence++) * sum;
    Row last = null;
    for (Row r : rows.values()) {
      double w = weight(r, weights);
      if (w == 0) continue;
      last = r;
      u -= w;
      if (u < 0) break;
    }
    return last;
  }

  private static double weight(Row row, SortedMap<String, Double> weights) {
    return weights.isEmpty() ? row.documents.tokens() + row.documents.count() : weights.getOrDefault(row.domain, 0.0);
  }

  /** Refuses weights that {@link #next} would refuse: lets a plan say so before anything is trained. */
  public void check(SortedMap<String, Double> domainWeights) {
    double sum = 0;
    for (var e : domainWeights.entrySet()) {
      store.training(e.getKey());
      if (!(e.getValue() >= 0) || Double.isInfinite(e.getValue())) {
        throw new InvalidInput("The weight of domain '" + e.getKey() + "' must be a number from 0, but is " + e.getValue() + ".");
      }
      sum += e.getValue();
    }
    if (!domainWeights.isEmpty() && sum == 0) throw new InvalidInput("The weights of all domains are 0; give at least one domain a weight above 0.");
  }

  private int[] order(Row row) {
    if (row.order == null) row.order = order(row, row.epoch);
    return row.order;
  }

  /** Sorted by random bits keyed with the document's hash: needs no state, and a document keeps its place when others leave. */
  private int[] order(Row row, long epoch) {
    var random = Random64.of(seed, "order", row.domain, Long.toString(epoch));
    long[] keys = IntStream.range(0, row.documents.count()).mapToLong(d -> random.bits(row.documents.hash(d))).toArray();
    return IntStream.range(0, keys.length).boxed().sorted((a, b) -> keys[a] != keys[b] ? Long.compareUnsigned(keys[a], keys[b]) : Integer.compare(a, b))
        .mapToInt(i -> i).toArray();
  }

  /** How often each domain has been taught: 0.25 is a quarter of its documents once, 2.5 all twice and half of them again. */
  public SortedMap<String, Double> epochs() {
    var out = new TreeMap<String, Double>();
    for (Row r : rows.values()) out.put(r.domain, r.epoch + (double) r.document / r.documents.count());
    return out;
  }

  /**
   * UTF-8 texts taught so far, each once however often it was repeated, lazily: domain by domain, documents in the order in which they were
   * taught, the last one of a domain up to where it stands. For baselines that may see what the model saw and no more.
   */
  public Stream<byte[]> taught() {
    return rows.keySet().stream().flatMap(this::taught);
  }

  /** The same of one domain. */
  public Stream<byte[]> taught(String domain) {
    store.training(domain);
    Row row = rows.get(domain);
    int[] order = order(row, 0);
    int whole = row.epoch > 0 ? order.length : row.document;
    int part = row.epoch > 0 ? 0 : Math.min(row.place, whole < order.length ? row.documents.tokens(order[whole]) : 0);
    Stream<byte[]> texts = Arrays.stream(order, 0, whole).mapToObj(row.documents::text);
    return part == 0 ? texts : Stream.concat(texts, Stream.of(order[whole]).map(d -> row.documents.text(d, 0, part)));
  }

  @Override
  public Snapshot save() {
    var domains = new TreeMap<String, Object>();
    for (Row r : rows.values()) domains.put(r.domain, List.of(r.epoch, (long) r.document, (long) r.place));
    return new Snapshot(SCHEMA, 1, Map.of("store", store.identity(), "seed", seed, "sequence", sequence, "domains", domains));
  }

  @Override
  public void restore(Snapshot snapshot) {
    snapshot.expect(SCHEMA, 1);
    if (!store.identity().equals(snapshot.values().get("store"))) {
      throw new InvalidInput("The checkpoint was made on another corpus or tokenizer (" + snapshot.values().get("store") + ", here "
          + store.identity() + "); give the run the corpus that it began with.");
    }
    if (snapshot.whole("seed") != seed) {
      throw new InvalidInput("The checkpoint was made with seed " + snapshot.whole("seed") + ", but this run has seed " + seed + ".");
    }
    long at = snapshot.whole("sequence");
    var read = new ArrayList<long[]>();
    for (Row r : rows.values()) read.add(place(r, snapshot.values().get("domains")));
    if (at < 0) throw damaged();
    sequence = at;
    int i = 0;
    for (Row r : rows.values()) {
      long[] place = read.get(i++);
      r.epoch = place[0];
      r.document = (int) place[1];
      r.place = (int) place[2];
      r.order = null;
    }
  }

  /**
   * Goes on where a stream over the same text with another tokenizer stood: at the same documents, and in a document that was begun at the same share of its places.
   *
   * @param before the other stream's store
   * @throws InvalidInput when the texts are not the same
   */
  public void follow(Snapshot snapshot, TokenStore before) {
    if (!store.contentHash().equals(before.contentHash())) {
      throw new InvalidInput("The checkpoint was made on other text (" + before.contentHash() + ", here " + store.contentHash() + "); positions in one mean nothing in the other.");
    }
    var there = new TrainingStream(before, seed);
    there.restore(snapshot);
    sequence = there.sequence;
    for (Row r : rows.values()) {
      Row old = there.rows.get(r.domain);
      r.epoch = old.epoch;
      r.document = old.document;
      r.order = null;
      int document = order(r)[r.document];
      r.place = (int) ((long) old.place * (r.documents.tokens(document) + 1) / (old.documents.tokens(document) + 1));
    }
  }

  private long[] place(Row row, Object domains) {
    if (!(domains instanceof Map<?, ?> map) || !(map.get(row.domain) instanceof List<?> list) || list.size() != 3) throw damaged();
    long[] place = new long[3];
    for (int i = 0; i < 3; i++) {
      if (!(list.get(i) instanceof Number n)) throw damaged();
      place[i] = n.longValue();
    }
    if (place[0] < 0 || place[1] < 0 || place[1] >= row.documents.count() || place[2] < 0
        || place[2] > row.documents.tokens(order(row, place[0])[(int) place[1]])) throw damaged();
    return place;
  }

  private static InvalidInput damaged() {
    return new InvalidInput("The training stream's position in the checkpoint is damaged; resume from an earlier checkpoint.");
  }
}
