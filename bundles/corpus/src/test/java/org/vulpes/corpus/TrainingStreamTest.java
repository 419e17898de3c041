package org.vulpes.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;

class TrainingStreamTest {
  private static final int END = 256;
  private static final SortedMap<String, Double> NATURAL = new TreeMap<>();
  private static final TokenStore STORE = store(Texts.random(1, 60, 25, "code", "prose", "speech"));
  private static final TokenStore ONE = store(Texts.random(2, 40, 25, "prose"));

  private static TokenStore store(Texts texts) {
    try {
      return texts.store(Files.createTempDirectory(java.nio.file.Path.of("target"), "cache"), CorpusSpec.ALL, 300);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Property(tries = 60)
  void everyTargetIsTaughtExactlyOnceAnEpoch(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int sequences, @ForAll @IntRange(min = 2, max = 90) int length) {
    var stream = new TrainingStream(ONE, seed);
    var documents = ONE.training("prose");
    long epoch = documents.tokens() + documents.count();
    var targets = new ArrayList<Integer>();
    while (targets.size() < 2 * epoch) for (int t : stream.next(sequences, length, NATURAL).targets()) targets.add(t);
    var first = texts(targets.subList(0, (int) epoch));
    var second = texts(targets.subList((int) epoch, (int) (2 * epoch)));
    var all = documents.texts().map(t -> new String(t, StandardCharsets.UTF_8)).sorted().toList();
    assertEquals(all, first.stream().sorted().toList());
    assertEquals(all, second.stream().sorted().toList());
    assertNotEquals(first, second, "another epoch has another order");
  }

  private static List<String> texts(List<Integer> targets) {
    var out = new ArrayList<String>();
    var document = new ArrayList<Integer>();
    for (int t : targets) {
      if (t != END) {
        document.add(t);
      } else {
        out.add(new Texts.Pairs().decode(document.stream().mapToInt(i -> i).toArray()));
        document.clear();
      }
    }
    assertEquals(0, document.size());
    return out;
  }

  @Property(tries = 100)
  void aRestoredStreamGoesOnWithTheSameBatches(@ForAll long seed, @ForAll @IntRange(min = 0, max = 40) int before, @ForAll @IntRange(min = 1, max = 4) int sequences,
      @ForAll @IntRange(min = 2, max = 70) int length) {
    var stream = new TrainingStream(STORE, seed);
    for (int i = 0; i < before; i++) stream.next(1 + i % 3, 5 + 7 * (i % 5), NATURAL);
    Snapshot saved = asReadFromJson(stream.save());
    var restored = new TrainingStream(STORE, seed);
    restored.next(3, 50, NATURAL);
    restored.restore(saved);
    assertEquals(stream.epochs(), restored.epochs());
    for (int i = 0; i < 20; i++) same(stream.next(sequences, length, NATURAL), restored.next(sequences, length, NATURAL));
    assertEquals(stream.save(), restored.save());
  }

  /** A JSON reader gives small whole numbers as Integer. */
  private static Snapshot asReadFromJson(Snapshot s) {
    return new Snapshot(s.schema(), s.version(), (Map<String, Object>) map(s.values()));
  }

  private static Map<String, Object> map(Map<?, ?> values) {
    var out = new HashMap<String, Object>();
    values.forEach((k, v) -> out.put((String) k, narrow(v)));
    return out;
  }

  private static Object narrow(Object v) {
    if (v instanceof Map<?, ?> m) return map(m);
    if (v instanceof List<?> l) return l.stream().map(TrainingStreamTest::narrow).toList();
    return v instanceof Long n && n == n.intValue() ? (Object) n.intValue() : v;
  }

  private static void same(Batch a, Batch b) {
    assertArrayEquals(a.tokens(), b.tokens());
    assertArrayEquals(a.targets(), b.targets());
    assertArrayEquals(a.firstVisible(), b.firstVisible());
    assertArrayEquals(a.weight(), b.weight());
    assertEquals(a.bytes(), b.bytes());
  }

  @Property(tries = 40)
  void inputsPrecedeTargetsAndMasksKeepDocumentsApart(@ForAll long seed, @ForAll @IntRange(min = 2, max = 90) int length) {
    var stream = new TrainingStream(STORE, seed);
    for (int n = 0; n < 10; n++) {
      Batch b = stream.next(4, length, NATURAL);
      long bytes = 0;
      for (int i = 0; i < b.tokens().length; i++) {
        int position = i % length;
        boolean starts = b.tokens()[i] == END;
        if (position == 0) assertEquals(0, b.firstVisible()[i]);
        else {
          assertEquals(starts, b.targets()[i - 1] == END);
          assertEquals(b.targets()[i - 1], b.tokens()[i]);
          assertEquals(starts ? position : b.firstVisible()[i - 1], b.firstVisible()[i]);
        }
        assertEquals(1f, b.weight()[i]);
        bytes += new Texts.Pairs().bytes(b.targets()[i]).length;
      }
      assertEquals(bytes, b.bytes());
      assertEquals(4 * length, b.predictions());
    }
  }

  @Test
  void aDomainsDocumentsComeInTheSameOrderWhateverTheLesson() {
    var a = new TrainingStream(STORE, 5);
    var b = new TrainingStream(STORE, 5);
    for (int i = 0; i < 12; i++) a.next(4, 16, NATURAL);
    for (int i = 0; i < 9; i++) b.next(1, 80, new TreeMap<>(Map.of("code", 1.0, "prose", 3.0)));
    for (String domain : List.of("code", "prose")) {
      byte[] x = join(a, domain);
      byte[] y = join(b, domain);
      int n = Math.min(x.length, y.length);
      assertTrue(n > 50, domain + n);
      assertArrayEquals(java.util.Arrays.copyOf(x, n), java.util.Arrays.copyOf(y, n));
    }
    var other = new TrainingStream(STORE, 6);
    for (int i = 0; i < 12; i++) other.next(4, 16, NATURAL);
    assertNotEquals(new String(join(a, "code"), StandardCharsets.UTF_8), new String(join(other, "code"), StandardCharsets.UTF_8));
  }

  private static byte[] join(TrainingStream stream, String domain) {
    var out = new java.io.ByteArrayOutputStream();
    stream.taught(domain).forEach(out::writeBytes);
    return out.toByteArray();
  }

  @Test
  void taughtTextIsWhatTheTargetsSaid() {
    var stream = new TrainingStream(ONE, 9);
    var said = new java.io.ByteArrayOutputStream();
    for (int i = 0; i < 7; i++) {
      for (int t : stream.next(2, 33, NATURAL).targets()) said.writeBytes(new Texts.Pairs().bytes(t));
      assertArrayEquals(said.toByteArray(), join(stream, "prose"));
    }
    while (stream.epochs().get("prose") < 1.5) stream.next(2, 33, NATURAL);
    assertEquals(ONE.training("prose").bytes(), join(stream, "prose").length, "repetitions are not told twice");
  }

  @Test
  void weightsDecideTheShareOfSequences() {
    var stream = new TrainingStream(STORE, 3);
    var counts = new TreeMap<String, Integer>();
    for (int i = 0; i < 4000; i++) {
      var before = stream.save().values();
      stream.next(1, 2, new TreeMap<>(Map.of("code", 3.0, "prose", 1.0, "speech", 0.0)));
      var moved = ((Map<?, ?>) stream.save().values().get("domains")).entrySet().stream()
          .filter(e -> !e.getValue().equals(((Map<?, ?>) before.get("domains")).get(e.getKey()))).toList();
      assertEquals(1, moved.size());
      counts.merge((String) moved.getFirst().getKey(), 1, Integer::sum);
    }
    assertEquals(java.util.Set.of("code", "prose"), counts.keySet());
    // Binomial(4000, 0.75) has a standard deviation of 27.
    assertEquals(3000, counts.get("code"), 140);
  }

  @Test
  void refusesWeightsAndPositionsThatDoNotFit() {
    var stream = new TrainingStream(STORE, 3);
    says("The corpus has no domain 'cod'; it has code, prose, speech; did you mean 'code'?", () -> stream.next(1, 8, new TreeMap<>(Map.of("cod", 1.0))));
    says("The weight of domain 'code' must be", () -> stream.next(1, 8, new TreeMap<>(Map.of("code", -1.0))));
    says("The weights of all domains are 0", () -> stream.next(1, 8, new TreeMap<>(Map.of("code", 0.0))));
    Snapshot good = stream.save();
    says("The checkpoint was made on another corpus", () -> new TrainingStream(ONE, 3).restore(good));
    says("The checkpoint was made with seed 3", () -> new TrainingStream(STORE, 4).restore(good));
    for (Object wrong : List.of("x", Map.of(), Map.of("code", List.of(0L, 999L, 0L), "prose", List.of(0L, 0L, 0L), "speech", List.of(0L, 0L, 0L)))) {
      var values = new HashMap<>(good.values());
      values.put("domains", wrong);
      says("The training stream's position in the checkpoint is damaged", () -> stream.restore(new Snapshot(good.schema(), good.version(), values)));
    }
    assertEquals(good, stream.save(), "a refused restore changes nothing");
  }

  private static void says(String begin, org.junit.jupiter.api.function.Executable action) {
    var e = assertThrows(InvalidInput.class, action);
    assertTrue(e.getMessage().startsWith(begin), e.getMessage());
  }
}
