package @package@;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.tokenizer.ByteAlphabet;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerFile;
import org.vulpes.tokenizer.TokenizerTrainer;
import org.vulpes.tokenizer.Utf8;

/** The words that a text has most of, and bytes: at each place the longest of the words, else one byte. Nothing is lost. */
@Component
@Fills(slot = "tokenizer", use = "@name@")
public final class @class@ implements Plugin<TokenizerTrainer> {
  /** What can become a token: plain letters, which JSON takes as they are, with the space before them. */
  private static final Pattern WORD = Pattern.compile(" ?[A-Za-z]{2,16}");

  @Override
  public TokenizerTrainer create(Options options) {
    return new Trainer(options.integer("words", 0, 100_000));
  }

  /** The same texts in the same order give the same tokenizer. */
  private record Trainer(int words) implements TokenizerTrainer {
    /** Change the number with the algorithm: results are cached under it. */
    @Override
    public String recipe() {
      return "@name@/1 " + words;
    }

    @Override
    public Tokenizer train(Stream<String> texts, DoubleConsumer progress) {
      var counts = new HashMap<String, Long>();
      try (texts) {
        texts.forEach(text -> WORD.matcher(text).results().forEach(m -> counts.merge(m.group(), 1L, Long::sum)));
      }
      progress.accept(1);
      Comparator<Map.Entry<String, Long>> mostFirst = Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());
      return new Words(counts.entrySet().stream().sorted(mostFirst).limit(words).map(Map.Entry::getKey).toList());
    }

    @Override
    public Tokenizer load(Path file) {
      String json = new String(TokenizerFile.read(file, 1 << 26), StandardCharsets.UTF_8);
      var out = new Words(Words.ADDED_WORD.matcher(json).results().map(m -> m.group(1)).toList());
      if (!out.json().equals(json)) throw new InvalidInput(file + " is not what the tokenizer '@name@' writes; delete it to have it written anew.");
      return out;
    }
  }

  /** Ids are the bytes' values, then the end of a text, then the words. */
  private static final class Words implements Tokenizer {
    static final Pattern ADDED_WORD = Pattern.compile("\"content\": \"( ?[A-Za-z]+)\"");
    private static final int END_OF_TEXT = 256;
    private static final int FIRST_WORD = 257;
    private static final String END = "<|endoftext|>";

    private final List<String> words;
    private final Map<String, Integer> ids = new HashMap<>();
    private final int longest;

    Words(List<String> words) {
      this.words = words;
      for (String w : words) ids.put(w, FIRST_WORD + ids.size());
      longest = words.stream().mapToInt(String::length).max().orElse(0);
    }

    @Override
    public int vocabularySize() {
      return FIRST_WORD + words.size();
    }

    @Override
    public int[] encode(CharSequence text) {
      char[] c = Utf8.characters(text);
      var utf8 = new byte[4];
      var out = IntStream.builder();
      for (int i = 0; i < c.length;) {
        int word = wordAt(c, i);
        if (word > 0) {
          out.add(ids.get(new String(c, i, word)));
          i += word;
          continue;
        }
        int end = i + (Character.isHighSurrogate(c[i]) ? 2 : 1);
        int n = Utf8.encode(c, i, end, utf8);
        for (int b = 0; b < n; b++) out.add(utf8[b] & 255);
        i = end;
      }
      return out.build().toArray();
    }

    /** Characters of the longest word that stands here; 0: none does. */
    private int wordAt(char[] c, int at) {
      for (int n = Math.min(longest, c.length - at); n > 0; n--) if (ids.containsKey(new String(c, at, n))) return n;
      return 0;
    }

    @Override
    public String decode(int... tokens) {
      var out = new ByteArrayOutputStream();
      for (int id : tokens) out.writeBytes(bytes(id));
      return out.toString(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes(int id) {
      if (id < 0 || id >= vocabularySize()) throw new IllegalArgumentException("Token id " + id + " is outside the vocabulary 0 … " + (vocabularySize() - 1) + ".");
      if (id < END_OF_TEXT) return new byte[] {(byte) id};
      return id == END_OF_TEXT ? new byte[0] : words.get(id - FIRST_WORD).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public OptionalInt special(String text) {
      return text.equals(END) ? OptionalInt.of(END_OF_TEXT) : OptionalInt.empty();
    }

    @Override
    public int endOfText() {
      return END_OF_TEXT;
    }

    @Override
    public String fingerprint() {
      try {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(json().getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-256.", e);
      }
    }

    @Override
    public void save(Path file) {
      TokenizerFile.write(file, json().getBytes(StandardCharsets.UTF_8));
    }

    /** As Hugging Face's tokenizers read it: words are added tokens, of which the longest at a place is taken first; the rest is bytes. */
    String json() {
      String bytes = IntStream.range(0, 256).mapToObj(b -> "\"" + String.valueOf(ByteAlphabet.character(b)).replace("\\", "\\\\").replace("\"", "\\\"") + "\": " + b).collect(Collectors.joining(", "));
      String added = IntStream.range(0, words.size()).mapToObj(i -> ",\n    " + added(FIRST_WORD + i, words.get(i), false)).collect(Collectors.joining());
      return """
          {
            "version": "1.0", "truncation": null, "padding": null, "normalizer": null, "post_processor": null,
            "added_tokens": [
              %s%s
            ],
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
            "decoder": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false},
            "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
              "ignore_merges": false, "vocab": {%s}, "merges": []}
          }
          """.formatted(added(END_OF_TEXT, END, true), added, bytes);
    }

    private static String added(int id, String content, boolean special) {
      return "{\"id\": %d, \"content\": \"%s\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": %s}".formatted(id, content, special);
    }
  }
}
