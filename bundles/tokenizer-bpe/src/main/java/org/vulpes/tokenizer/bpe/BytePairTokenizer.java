package org.vulpes.tokenizer.bpe;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerFile;
import org.vulpes.tokenizer.Utf8;

/**
 * A byte-level BPE. Those learned here are lossless. A file from elsewhere may ask for NFC: then {@code decode(encode(x))} and the bytes
 * of the ids are those of x in NFC. Or it may lack some bytes: then a text with such a byte is refused.
 */
final class BytePairTokenizer implements Tokenizer {

  /**
   * What decides the mapping.
   *
   * @param idOfByte the id of each byte alone, -1 for one that the vocabulary lacks
   * @param wholeWords ids of words taken without merging, by their bytes in the byte alphabet; empty unless the file says ignore_merges
   * @param rawAdded added tokens found before the text is normalized
   * @param normalizedAdded added tokens found after that
   */
  record Rules(Vocabulary vocabulary, Words words, Merges merges, int[] idOfByte, Map<ByteBuffer, Integer> wholeWords, boolean nfc,
      AddedTexts rawAdded, AddedTexts normalizedAdded) {}

  private final Rules rules;
  private final String fingerprint;
  private final byte[] json;
  private final Map<String, Integer> specials;
  private final WordCache cache = new WordCache();

  /**
   * @param json the file that gave the rules; saving writes it again as it was, with the parts that do not matter here
   * @param specials ids of special tokens as they are written
   */
  BytePairTokenizer(Rules rules, String fingerprint, byte[] json, Map<String, Integer> specials) {
    this.rules = rules;
    this.fingerprint = fingerprint;
    this.json = json;
    this.specials = Map.copyOf(specials);
  }

  @Override
  public int vocabularySize() {
    return rules.vocabulary.size();
  }

  @Override
  public int[] encode(CharSequence text) {
    var encoding = new Encoding(text.length());
    char[] c = Utf8.characters(text);
    if (rules.rawAdded.isEmpty()) {
      encoding.normalize(c);
    } else {
      rules.rawAdded.cut(c, (from, to, id) -> {
        if (id >= 0) encoding.add(id);
        else encoding.normalize(Arrays.copyOfRange(c, from, to));
      });
    }
    return encoding.ids();
  }

  @Override
  public String decode(int... ids) {
    var out = new ByteArrayOutputStream(4 * ids.length);
    for (int id : ids) out.writeBytes(rules.vocabulary.bytes(id));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int id) {
    return rules.vocabulary.bytes(id).clone();
  }

  @Override
  public OptionalInt special(String text) {
    Integer id = specials.get(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  @Override
  public Tokenizer withSpecials(List<String> texts) {
    var missing = texts.stream().filter(t -> !specials.containsKey(t)).distinct().toList();
    return missing.isEmpty() ? this : TokenizerJson.parse(TokenizerJson.withSpecials(json, vocabularySize(), missing), "the tokenizer with " + String.join(", ", missing));
  }

  @Override
  public int endOfText() {
    return rules.vocabulary.endOfText();
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void save(Path file) {
    TokenizerFile.write(file, json);
  }

  /** One text on its way to ids. */
  private final class Encoding implements Words.Sink {
    private int[] ids;
    private int size;
    private char[] text;
    private byte[] utf8 = new byte[256];
    private int[] pieces = new int[256];

    Encoding(int characters) {
      ids = new int[Math.max(16, characters / 3)];
    }

    void normalize(char[] raw) {
      text = rules.nfc ? Normalizer.normalize(new String(raw), Normalizer.Form.NFC).toCharArray() : raw;
      if (rules.normalizedAdded.isEmpty()) {
        rules.words.cut(text, 0, text.length, this);
      } else {
        rules.normalizedAdded.cut(text, (from, to, id) -> {
          if (id >= 0) add(id);
          else rules.words.cut(text, from, to, this);
        });
      }
    }

    @Override
    public void word(int from, int to) {
      if (to - from > WordCache.LONGEST) {
        int n = merge(from, to);
        append(pieces, n);
        return;
      }
      int hash = WordCounts.hash(text, from, to);
      int[] known = cache.find(text, from, to, hash);
      if (known == null) {
        int n = merge(from, to);
        known = Arrays.copyOf(pieces, n);
        cache.put(text, from, to, hash, known);
      }
      append(known, known.length);
    }

    /** Leaves the ids of a word in {@code pieces}. @return how many */
    private int merge(int from, int to) {
      if (3L * (to - from) > utf8.length) {
        utf8 = new byte[Math.multiplyExact(3, to - from)];
        pieces = new int[utf8.length];
      }
      int n = Utf8.encode(text, from, to, utf8);
      if (!rules.wholeWords.isEmpty()) {
        Integer whole = rules.wholeWords.get(ByteBuffer.wrap(utf8, 0, n));
        if (whole != null) {
          pieces[0] = whole;
          return 1;
        }
      }
      for (int i = 0; i < n; i++) {
        pieces[i] = rules.idOfByte[utf8[i] & 255];
        if (pieces[i] < 0) {
          throw new InvalidInput("The tokenizer has no token for byte " + (utf8[i] & 255) + " of the text '"
              + new String(text, from, to - from) + "'; use one whose vocabulary has all 256 bytes.");
        }
      }
      return rules.merges.apply(pieces, n);
    }

    void add(int id) {
      grow(1);
      ids[size++] = id;
    }

    private void append(int[] from, int n) {
      grow(n);
      // Most words have one to three ids: a loop is quicker than arraycopy.
      for (int i = 0; i < n; i++) ids[size + i] = from[i];
      size += n;
    }

    private void grow(int more) {
      if (size + more > ids.length) ids = Arrays.copyOf(ids, Math.max(Math.addExact(size, more), ids.length + (ids.length >> 1)));
    }

    int[] ids() {
      return Arrays.copyOf(ids, size);
    }
  }
}
