package org.vulpes.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.slot.InvalidInput;

/**
 * The validation documents of a domain as batches: every document's tokens are predicted exactly once, so that the sum of the losses over
 * the sum of the bytes is the domain's bits per byte.
 *
 * <p>A document of ids t1 … tn has inputs ⟨end-of-text⟩ t1 … tn-1 and targets t1 … tn (the end-of-text after it is not counted: it stands
 * for no byte), cut at its own multiples of the length. Full windows are sequences of their own; what is left of the documents shares
 * sequences, kept apart by {@link Batch#firstVisible}. So what a token's prediction sees depends on its document and the length alone, not
 * on the batch size nor on its neighbours. Room that stays empty has weight 0.
 */
public record Validation(TokenStore store) {

  /** A batch and, for each of its tokens, the number of the document that it belongs to; -1 where there is none. */
  public record Part(Batch batch, int[] document) {}

  private record Window(int document, int from, int tokens) {}

  /**
   * All batches of a domain, in an order that the store and the length decide.
   *
   * @param sequences in each batch; the last is padded to it
   * @param length longest context, in tokens
   */
  public List<Batch> batches(String domain, int sequences, int length) {
    return parts(domain, sequences, length).stream().map(Part::batch).toList();
  }

  /** The same with the documents of the tokens. */
  public List<Part> parts(String domain, int sequences, int length) {
    var documents = store.validation(domain);
    if (store.whole() && documents.longest() > length) {
      throw new InvalidInput("An example of domain '" + domain + "' that validates has " + documents.longest() + " tokens, more than training.evaluation-length = " + length
          + ": it would be cut off from its question. Raise training.evaluation-length, or leave long examples out (longest of the corpus).");
    }
    List<List<Window>> packed = pack(documents, length);
    var out = new ArrayList<Part>();
    for (int i = 0; i < packed.size(); i += sequences) {
      out.add(part(documents, packed.subList(i, Math.min(i + sequences, packed.size())), sequences, length));
    }
    return out;
  }

  /** UTF-8 bytes of each document of a domain. */
  public int[] documentBytes(String domain) {
    var documents = store.validation(domain);
    return IntStream.range(0, documents.count()).map(documents::bytes).toArray();
  }

  /** UTF-8 bytes that the batches of a domain count, whatever the batch size and length. */
  public long bytes(String domain) {
    return store.validation(domain).bytes();
  }

  /** UTF-8 texts of the domain's documents, in the order of their hashes. */
  public Stream<byte[]> texts(String domain) {
    return store.validation(domain).texts();
  }

  /** Full windows first, in the documents' order; then the rests, longest first, each into the sequence where it leaves the least room. */
  private static List<List<Window>> pack(TokenStore.Documents documents, int length) {
    var sequences = new ArrayList<List<Window>>();
    var rests = new ArrayList<Window>();
    for (int d = 0; d < documents.count(); d++) {
      int n = documents.tokens(d);
      int at = 0;
      for (; at + length <= n; at += length) sequences.add(List.of(new Window(d, at, length)));
      if (at < n) rests.add(new Window(d, at, n - at));
    }
    rests.sort(Comparator.comparingInt(w -> -w.tokens));
    var open = new TreeMap<Integer, ArrayList<List<Window>>>();
    for (Window w : rests) {
      var fit = open.ceilingEntry(w.tokens);
      List<Window> sequence;
      int room;
      if (fit == null) {
        sequence = new ArrayList<>();
        sequences.add(sequence);
        room = length;
      } else {
        sequence = fit.getValue().removeFirst();
        room = fit.getKey();
        if (fit.getValue().isEmpty()) open.remove(room);
      }
      sequence.add(w);
      if (room > w.tokens) open.computeIfAbsent(room - w.tokens, k -> new ArrayList<>()).add(sequence);
    }
    return sequences;
  }

  private Part part(TokenStore.Documents documents, List<List<Window>> packed, int sequences, int length) {
    int size = Math.multiplyExact(sequences, length);
    int endOfText = store.tokenizer().endOfText();
    int[] tokens = new int[size];
    int[] targets = new int[size];
    int[] firstVisible = new int[size];
    float[] weight = new float[size];
    int[] document = new int[size];
    Arrays.fill(document, -1);
    Arrays.fill(tokens, endOfText);
    Arrays.fill(targets, Batch.IGNORED);
    // Padding sees itself alone.
    for (int i = 0; i < size; i++) firstVisible[i] = i % length;
    long bytes = 0;
    for (int s = 0; s < packed.size(); s++) {
      int at = 0;
      for (Window w : packed.get(s)) {
        int start = s * length + at;
        documents.copy(w.document, w.from, targets, start, w.tokens);
        if (w.from == 0) documents.copy(w.document, 0, tokens, start + 1, w.tokens - 1);
        else documents.copy(w.document, w.from - 1, tokens, start, w.tokens);
        Arrays.fill(firstVisible, start, start + w.tokens, at);
        Arrays.fill(document, start, start + w.tokens, w.document);
        Arrays.fill(weight, start, start + w.tokens, 1);
        for (int i = 0; i < w.tokens; i++) {
          if (documents.learned(w.document, w.from + i)) bytes += store.bytesOf(targets[start + i]);
          else weight[start + i] = 0;
        }
        at += w.tokens;
      }
    }
    return new Part(new Batch(sequences, length, tokens, targets, firstVisible, weight, bytes), document);
  }
}
