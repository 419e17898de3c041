package org.vulpes.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

class ByteNgramTest {

  @Property(tries = 100)
  void probabilitiesSumToOneAfterEveryContext(@ForAll @Size(min = 1, max = 4) List<byte[]> documents, @ForAll @Size(max = 6) byte[] context) {
    if (documents.stream().allMatch(d -> d.length == 0)) return;
    var model = ByteNgram.train(5, documents.stream(), Long.MAX_VALUE);
    for (byte[] before : List.of(context, new byte[0], documents.getFirst())) {
      double sum = 0;
      for (int w = 0; w < 256; w++) {
        double p = model.probability(before, w);
        assertTrue(p > 0);
        sum += p;
      }
      assertEquals(1, sum, 1e-12);
    }
  }

  /** The definition, read off the formula with lists of symbols and maps: slow, and sharing nothing with the class. */
  private static double naive(int order, List<byte[]> documents, byte[] before, int next) {
    var text = new ArrayList<List<Integer>>();
    for (byte[] d : documents) {
      var padded = new ArrayList<Integer>();
      for (int i = 1; i < order; i++) padded.add(-1);
      for (byte b : d) padded.add(b & 0xFF);
      text.add(padded);
    }
    var counts = new ArrayList<Map<List<Integer>, Integer>>();
    for (int k = 0; k <= order; k++) counts.add(new HashMap<>());
    for (var t : text) for (int i = order; i <= t.size(); i++) counts.get(order).merge(List.copyOf(t.subList(i - order, i)), 1, Integer::sum);
    for (int k = order - 1; k >= 1; k--) {
      for (var longer : new HashSet<>(counts.get(k + 1).keySet())) counts.get(k).merge(longer.subList(1, longer.size()), 1, Integer::sum);
    }
    var context = new ArrayList<Integer>();
    for (int i = 1; i < order; i++) context.add(-1);
    for (byte b : before) context.add(b & 0xFF);
    double p = 1.0 / 256;
    for (int k = 1; k <= order; k++) {
      var h = context.subList(context.size() - k + 1, context.size());
      long n1 = counts.get(k).values().stream().filter(c -> c == 1).count();
      long n2 = counts.get(k).values().stream().filter(c -> c == 2).count();
      double d = n1 == 0 || n2 == 0 ? 0.5 : n1 / (n1 + 2.0 * n2);
      int size = k;
      var after = counts.get(k).entrySet().stream().filter(e -> e.getKey().subList(0, size - 1).equals(h)).toList();
      double total = after.stream().mapToInt(Map.Entry::getValue).sum();
      if (total == 0) return p;
      var gram = new ArrayList<>(h);
      gram.add(next);
      p = Math.max(counts.get(k).getOrDefault(gram, 0) - d, 0) / total + d * after.size() / total * p;
    }
    return p;
  }

  @Test
  void agreesWithTheDefinitionOfKneserAndNey() {
    var random = Random64.of(7, "ngram");
    var documents = new ArrayList<byte[]>();
    for (int d = 0; d < 6; d++) {
      byte[] text = new byte[40];
      for (int i = 0; i < text.length; i++) text[i] = (byte) ('a' + Math.min(random.below(1000L * d + 2 * i, 6), random.below(1000L * d + 2 * i + 1, 6)));
      documents.add(text);
    }
    for (int order : new int[] {1, 2, 3, 5}) {
      var model = ByteNgram.train(order, documents.stream(), Long.MAX_VALUE);
      for (String before : List.of("", "a", "ab", "abca", "zzzz", "cbaab")) {
        byte[] context = before.getBytes(StandardCharsets.US_ASCII);
        for (int w : new int[] {'a', 'b', 'c', 'f', 'z'}) assertEquals(naive(order, documents, context, w), model.probability(context, w), 1e-14, order + before + w);
      }
    }
  }

  @Test
  void anUnseenAlphabetCostsEightBitsAByteAtMostAByteMore() {
    var model = ByteNgram.train(5, Stream.of(bytes("aaaa")), 100);
    double bits = model.bitsPerByte(Stream.of(bytes("zzzz")));
    assertTrue(bits > 8 && bits < 16, "" + bits);
  }

  @Test
  void documentsDoNotLeakIntoOneAnother() {
    var joined = ByteNgram.train(5, Stream.of(bytes("abcdefgh")), 100);
    var apart = ByteNgram.train(5, Stream.of(bytes("abcd"), bytes("efgh")), 100);
    assertTrue(joined.probability(bytes("abcd"), 'e') > 0.3);
    assertTrue(apart.probability(bytes("abcd"), 'e') < 0.2);
    assertNotEquals(joined.bitsPerByte(Stream.of(bytes("abcdefgh"))), apart.bitsPerByte(Stream.of(bytes("abcdefgh"))));
    assertEquals(apart.bitsPerByte(Stream.of(bytes("abcd"), bytes("efgh"))), (apart.bitsPerByte(Stream.of(bytes("abcd"))) + apart.bitsPerByte(Stream.of(bytes("efgh")))) / 2, 1e-12);
  }

  @Test
  void learnsASourceOfKnownEntropy() {
    // Each byte is its predecessor or the next one in a ring of eight, with equal chance: one bit a byte.
    var random = Random64.of(11, "ring");
    var documents = IntStream.range(0, 20).mapToObj(d -> {
      byte[] text = new byte[10_000];
      for (int i = 1; i < text.length; i++) text[i] = (byte) (text[i - 1] + (random.bits(100_000L * d + i) & 1) & 7);
      return text;
    }).toList();
    var model = ByteNgram.train(5, documents.subList(0, 18).stream(), Long.MAX_VALUE);
    assertEquals(1.0, model.bitsPerByte(documents.subList(18, 20).stream()), 0.01);
  }

  @Test
  void stopsAtTheBoundAndRefusesNothing() {
    assertEquals(6, ByteNgram.train(5, Stream.of(bytes("abcd"), bytes("efgh")), 6).trainedBytes());
    assertThrows(InvalidInput.class, () -> ByteNgram.train(5, Stream.empty(), 6));
  }

  private static byte[] bytes(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
