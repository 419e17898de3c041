package org.vulpes.corpus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.slot.Random64;
import org.vulpes.tokenizer.Tokenizer;

/** A corpus in memory, and a tokenizer whose tokens have one, two and no bytes. */
record Texts(SortedMap<String, List<Document>> documents) implements CorpusSource {

  /** Documents of random words, of 1 to {@code longest} words. */
  static Texts random(long seed, int documents, int longest, String... domains) {
    var out = new TreeMap<String, List<Document>>();
    for (String domain : domains) {
      var random = Random64.of(seed, domain);
      out.put(domain, IntStream.range(0, documents).mapToObj(i -> {
        var text = new StringBuilder(domain).append(i);
        long words = 1 + random.below(i, longest);
        for (int w = 0; w < words; w++) text.append(' ').append(List.of("the", "fox", "häuft", "hehe", "z").get((int) random.below(1000L * (i + 1) + w, 5)));
        return new Document(domain + "/" + i, domain, text.toString());
      }).toList());
    }
    return new Texts(out);
  }

  static Texts of(Document... documents) {
    var out = new TreeMap<String, List<Document>>();
    for (Document d : documents) out.computeIfAbsent(d.domain(), k -> new ArrayList<>()).add(d);
    return new Texts(out);
  }

  TokenStore store(Path cache, long maxBytes, long validationBytes) {
    return new Corpus(this, new CorpusSpec(maxBytes, validationBytes)).tokenize(new Pairs(), cache, s -> {
      throw new AssertionError(s);
    }, share -> {});
  }

  @Override
  public List<String> domains() {
    return List.copyOf(documents.keySet());
  }

  @Override
  public Stream<Document> documents(String domain) {
    return documents.get(domain).stream();
  }

  @Override
  public String fingerprint() {
    return documents.toString();
  }

  /** Bytes, of which "he" and "th" are one token each. */
  record Pairs() implements Tokenizer {
    @Override
    public int vocabularySize() {
      return 259;
    }

    @Override
    public int[] encode(CharSequence text) {
      byte[] b = text.toString().getBytes(StandardCharsets.UTF_8);
      var ids = new ArrayList<Integer>();
      for (int i = 0; i < b.length; i++) {
        if (i + 1 < b.length && b[i] == 'h' && b[i + 1] == 'e') {
          ids.add(257);
          i++;
        } else if (i + 1 < b.length && b[i] == 't' && b[i + 1] == 'h') {
          ids.add(258);
          i++;
        } else {
          ids.add(b[i] & 0xFF);
        }
      }
      return ids.stream().mapToInt(i -> i).toArray();
    }

    @Override
    public byte[] bytes(int id) {
      return switch (id) {
        case 256 -> new byte[0];
        case 257 -> new byte[] {'h', 'e'};
        case 258 -> new byte[] {'t', 'h'};
        default -> new byte[] {(byte) id};
      };
    }

    @Override
    public String decode(int... ids) {
      var out = new ByteArrayOutputStream();
      for (int id : ids) out.writeBytes(bytes(id));
      return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public int endOfText() {
      return 256;
    }

    @Override
    public String fingerprint() {
      return "pairs";
    }

    @Override
    public void save(Path file) {
      throw new UnsupportedOperationException();
    }
  }
}
