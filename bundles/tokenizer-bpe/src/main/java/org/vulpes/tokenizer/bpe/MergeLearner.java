package org.vulpes.tokenizer.bpe;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.DoubleConsumer;
import org.vulpes.tokenizer.ByteAlphabet;
import org.vulpes.tokenizer.Utf8;

/**
 * Learns which pairs to join: again and again the most frequent one, of equal ones that with the smallest left and then right id (the
 * rule of the tokenizers library). Every pair knows the places where it stands, so that a join costs as much as there are occurrences,
 * however long the words are.
 */
final class MergeLearner {

  /**
   * @param tokens the texts of all ids in the byte alphabet: end of text, the 256 bytes by their characters, then the learned ones
   * @param merges left, right, result of each join in the order learned
   */
  record Learned(List<String> tokens, int[] merges) {}

  private static final class Pair {
    final int left;
    final int right;
    long count;
    /** The count with which the queue knows this pair best; less than the true one is never left standing, more is corrected when polled. */
    long queued;
    boolean joined;
    int[] places = new int[4];
    int size;

    Pair(int left, int right) {
      this.left = left;
      this.right = right;
    }

    void add(int place) {
      if (size == places.length) places = Arrays.copyOf(places, 2 * size);
      places[size++] = place;
    }
  }

  private record Candidate(long count, Pair pair) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate o) {
      int c = Long.compare(o.count, count);
      if (c == 0) c = Integer.compare(pair.left, o.pair.left);
      return c != 0 ? c : Integer.compare(pair.right, o.pair.right);
    }
  }

  private static final int NONE = -1;

  private final WordCounts words;
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> idOf = new HashMap<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
  private final ArrayList<Pair> risen = new ArrayList<>();
  private int[] ids;
  private int[] next;
  private int[] previous;
  private int[] wordAt;

  private MergeLearner(WordCounts words) {
    this.words = words;
  }

  /** @param progress told the share of the joins done */
  static Learned learn(WordCounts words, String endOfText, int vocabulary, long minFrequency, DoubleConsumer progress) {
    var learner = new MergeLearner(words);
    learner.name(endOfText);
    var alphabet = new ArrayList<String>();
    for (int b = 0; b < 256; b++) alphabet.add(String.valueOf(ByteAlphabet.character(b)));
    alphabet.sort(null);
    alphabet.forEach(learner::name);
    learner.place();
    return new Learned(learner.tokens, learner.join(vocabulary, minFrequency, progress));
  }

  private int name(String token) {
    idOf.put(token, tokens.size());
    tokens.add(token);
    return tokens.size() - 1;
  }

  /** Lays out the bytes of all words and counts the pairs. */
  private void place() {
    var idOfByte = new int[256];
    for (int b = 0; b < 256; b++) idOfByte[b] = idOf.get(String.valueOf(ByteAlphabet.character(b)));
    int longest = 0;
    for (int w = 0; w < words.size(); w++) longest = Math.max(longest, words.end(w) - words.start(w));
    var utf8 = new byte[Math.multiplyExact(3, longest)];
    long total = 0;
    for (int w = 0; w < words.size(); w++) total += Utf8.encode(words.characters(), words.start(w), words.end(w), utf8);
    int n = Math.toIntExact(total);
    ids = new int[n];
    next = new int[n];
    previous = new int[n];
    wordAt = new int[n];
    int at = 0;
    for (int w = 0; w < words.size(); w++) {
      int length = Utf8.encode(words.characters(), words.start(w), words.end(w), utf8);
      for (int i = 0; i < length; i++, at++) {
        ids[at] = idOfByte[utf8[i] & 255];
        wordAt[at] = w;
        previous[at] = i == 0 ? NONE : at - 1;
        next[at] = i == length - 1 ? NONE : at + 1;
      }
    }
    for (int i = 0; i < n; i++) {
      if (next[i] != NONE) more(ids[i], ids[next[i]], words.count(wordAt[i]), i);
    }
    queueRisen();
  }

  private int[] join(int vocabulary, long minFrequency, DoubleConsumer progress) {
    var merges = new int[3 * 1024];
    int size = 0;
    int wanted = Math.max(1, vocabulary - tokens.size());
    while (tokens.size() < vocabulary) {
      Pair pair = mostFrequent();
      if (pair == null || pair.count < minFrequency) break;
      // Two ways of joining may give one token ("ab" + "c", "a" + "bc"): it keeps the id that it has.
      String token = tokens.get(pair.left) + tokens.get(pair.right);
      Integer known = idOf.get(token);
      int result = known != null ? known : name(token);
      if (size + 3 > merges.length) merges = Arrays.copyOf(merges, 2 * merges.length);
      merges[size++] = pair.left;
      merges[size++] = pair.right;
      merges[size++] = result;
      join(pair, result);
      if (size % 192 == 0) progress.accept(1 - (vocabulary - tokens.size()) / (double) wanted);
    }
    return Arrays.copyOf(merges, size);
  }

  private Pair mostFrequent() {
    for (Candidate c = queue.poll(); c != null; c = queue.poll()) {
      Pair pair = c.pair;
      if (pair.joined || c.count != pair.queued) continue;
      if (pair.count == c.count) return pair;
      pair.queued = pair.count;
      if (pair.count > 0) queue.add(new Candidate(pair.count, pair));
    }
    return null;
  }

  private void join(Pair pair, int result) {
    pair.joined = true;
    // From left to right: in "aaa" the first two join.
    int[] places = Arrays.copyOf(pair.places, pair.size);
    Arrays.sort(places);
    pair.places = new int[0];
    pair.size = 0;
    for (int at : places) {
      int second = next[at];
      if (ids[at] != pair.left || second == NONE || ids[second] != pair.right) continue;
      long count = words.count(wordAt[at]);
      int before = previous[at];
      int after = next[second];
      if (before != NONE) {
        fewer(ids[before], pair.left, count);
        more(ids[before], result, count, before);
      }
      ids[at] = result;
      ids[second] = NONE;
      next[at] = after;
      if (after != NONE) {
        previous[after] = at;
        fewer(pair.right, ids[after], count);
        more(result, ids[after], count, at);
      }
    }
    queueRisen();
  }

  private void fewer(int left, int right, long count) {
    pairs.get(key(left, right)).count -= count;
  }

  /**
   * Counts a pair at a place. One that was joined before (its left or right token came about anew in another way) has its rule already
   * and is not learned a second time.
   */
  private void more(int left, int right, long count, int place) {
    Pair pair = pairs.computeIfAbsent(key(left, right), k -> new Pair(left, right));
    pair.count += count;
    if (pair.joined) return;
    pair.add(place);
    risen.add(pair);
  }

  private void queueRisen() {
    for (Pair pair : risen) {
      if (pair.count <= pair.queued) continue;
      pair.queued = pair.count;
      queue.add(new Candidate(pair.count, pair));
    }
    risen.clear();
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }
}
