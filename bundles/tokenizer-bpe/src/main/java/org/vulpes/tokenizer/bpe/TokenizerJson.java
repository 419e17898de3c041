package org.vulpes.tokenizer.bpe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.ByteAlphabet;
import org.vulpes.tokenizer.TokenizerFile;

/**
 * Reads a byte-level BPE out of a {@code tokenizer.json} of the tokenizers library, from here or elsewhere, and refuses in a sentence
 * what it would map otherwise. The post-processor (which adds control tokens around a text), truncation and padding are not applied.
 */
final class TokenizerJson {
  /** The largest published ones have about 35 MB. */
  private static final int LARGEST_FILE = 128 << 20;
  private static final int MOST_IDS = 1 << 20;
  private static final int LONGEST_TOKEN = 4096;
  /** Names of special tokens that end a text, the first that is there holds. */
  private static final List<String> ENDS = List.of(
      BytePairTrainer.END_OF_TEXT, "<|end_of_text|>",
      "<|endofdocument|>", "<｜end▁of▁sentence｜>", "</s>", "<eos>", "<|im_end|>", "<|eot_id|>");

  private final JsonNode root;
  private final String source;
  private final Map<String, Integer> vocab = new LinkedHashMap<>();
  private final BitSet special = new BitSet();
  private final List<AddedTexts.Entry> rawAdded = new ArrayList<>();
  private final List<AddedTexts.Entry> normalizedAdded = new ArrayList<>();

  private TokenizerJson(JsonNode root, String source) {
    this.root = root;
    this.source = source;
  }

  /** @throws InvalidInput when the file is missing, damaged, or not a byte-level BPE */
  static BytePairTokenizer read(Path file) {
    return parse(TokenizerFile.read(file, LARGEST_FILE), file.toString());
  }

  /** @param source how messages call the file */
  static BytePairTokenizer parse(byte[] json, String source) {
    var factory = JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50)
            .maxNameLength(LONGEST_TOKEN).maxStringLength(1 << 20).build())
        .build();
    try {
      JsonNode root = new ObjectMapper(factory).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(json);
      if (root == null || !root.isObject()) throw new InvalidInput(source + " is not a tokenizer.json: it holds no JSON object.");
      return new TokenizerJson(root, source).tokenizer(json);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      throw new InvalidInput(source + (at == null ? "" : ":" + at.getLineNr()) + " is not a whole and valid tokenizer.json ("
          + e.getOriginalMessage().lines().findFirst().orElse("") + "); fetch or train it again.", e);
    } catch (IOException e) {
      throw new InvalidInput(source + " cannot be read (" + e.getMessage() + ").", e);
    }
  }

  private BytePairTokenizer tokenizer(byte[] json) {
    JsonNode model = root.path("model");
    checkModel(model);
    boolean nfc = nfc(root.path("normalizer"));
    Words words = SplitterJson.read(root.path("pre_tokenizer"), source);
    if (!root.path("decoder").isMissingNode() && !root.path("decoder").isNull() && !root.at("/decoder/type").asText().equals("ByteLevel")) {
      throw refuse("a decoder of type '" + root.at("/decoder/type").asText() + "'; only ByteLevel is supported");
    }
    model.path("vocab").properties().forEach(e -> addToken(e.getKey(), e.getValue()));
    Map<String, Integer> learned = new HashMap<>(vocab);
    for (JsonNode added : root.path("added_tokens")) addAdded(added, nfc);
    int endOfText = endOfText(learned);
    // A token that is special by one entry and ordinary by another must not be found in texts.
    rawAdded.removeIf(e -> special.get(e.id()));
    normalizedAdded.removeIf(e -> special.get(e.id()));
    var bytes = bytes();
    int[] merges = merges(model.path("merges"), learned);
    var vocabulary = new Vocabulary(bytes, special, endOfText);
    var rules = new BytePairTokenizer.Rules(vocabulary, words, new Merges(merges), idOfByte(learned),
        model.path("ignore_merges").asBoolean(false) ? wholeWords(learned) : Map.of(), nfc,
        new AddedTexts(rawAdded), new AddedTexts(normalizedAdded));
    var fingerprint = new Fingerprint().text("bpe/1").text(words.key()).number(nfc ? 1 : 0).number(rules.wholeWords().isEmpty() ? 0 : 1)
        .number(endOfText).number(bytes.length);
    for (int id = 0; id < bytes.length; id++) fingerprint.number(special.get(id) ? 1 : 0).bytes(bytes[id]);
    fingerprint.number(merges.length);
    for (int m : merges) fingerprint.number(m);
    for (int b : rules.idOfByte()) fingerprint.number(b);
    for (var list : List.of(rawAdded, normalizedAdded)) {
      fingerprint.number(list.size());
      for (var entry : list) fingerprint.number(entry.id()).text(entry.content());
    }
    var specials = new HashMap<String, Integer>();
    vocab.forEach((token, id) -> {
      if (special.get(id)) specials.put(token, id);
    });
    return new BytePairTokenizer(rules, fingerprint.hex(), json, specials);
  }

  /** The same file with special tokens behind its last id. @param size number of ids so far */
  static byte[] withSpecials(byte[] json, int size, List<String> texts) {
    var mapper = new ObjectMapper();
    try {
      var root = (ObjectNode) mapper.readTree(json);
      ArrayNode added = root.path("added_tokens") instanceof ArrayNode there ? there : root.putArray("added_tokens");
      for (int i = 0; i < texts.size(); i++) {
        added.addObject().put("id", size + i).put("content", texts.get(i)).put("single_word", false).put("lstrip", false).put("rstrip", false).put("normalized", false).put("special", true);
      }
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("A tokenizer.json that was read before cannot be read again.", e);
    }
  }

  private void checkModel(JsonNode model) {
    // Files of 2020 name no type; a BPE is the one with merges.
    String type = model.path("type").asText(model.has("merges") ? "BPE" : "none");
    if (!type.equals("BPE")) throw refuse("a model of type " + type + "; only byte-level BPE is supported");
    if (model.path("byte_fallback").asBoolean(false)) {
      throw refuse("a BPE with byte_fallback (SentencePiece style); only byte-level BPE is supported");
    }
    if (model.path("dropout").asDouble(0) != 0) throw refuse("BPE dropout, which maps a text at random; set model.dropout to null");
    for (String affix : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
      if (!model.path(affix).asText("").isEmpty() && !model.path(affix).isNull()) throw refuse("a " + affix + "; only byte-level BPE is supported");
    }
    if (!model.path("vocab").isObject()) throw refuse("no model.vocab");
    if (!model.path("merges").isArray()) throw refuse("no model.merges");
  }

  private boolean nfc(JsonNode normalizer) {
    if (normalizer.isMissingNode() || normalizer.isNull()) return false;
    String type = normalizer.path("type").asText("");
    if (type.equals("NFC")) return true;
    if (!type.equals("Sequence")) throw refuse("a normalizer of type '" + type + "'; only NFC is supported");
    boolean any = false;
    for (JsonNode part : normalizer.path("normalizers")) {
      String inner = part.path("type").asText("");
      if (!inner.equals("NFC")) throw refuse("a normalizer of type '" + inner + "'; only NFC is supported");
      any = true;
    }
    return any;
  }

  private void addToken(String token, JsonNode id) {
    if (!id.isInt() || id.intValue() < 0 || id.intValue() >= MOST_IDS) {
      throw refuse("the id " + id + " for token '" + token + "'; ids are whole numbers from 0 to " + (MOST_IDS - 1));
    }
    if (token.isEmpty() || token.length() > LONGEST_TOKEN) throw refuse("a token of " + token.length() + " characters (id " + id + ")");
    vocab.put(token, id.intValue());
  }

  private void addAdded(JsonNode added, boolean nfc) {
    String content = added.path("content").asText("");
    Integer before = vocab.get(content);
    addToken(content, added.path("id"));
    int id = vocab.get(content);
    if (before != null && before != id) throw refuse("the two ids " + before + " and " + id + " for token '" + content + "'");
    if (added.path("special").asBoolean(false)) {
      special.set(id);
      return;
    }
    for (String key : List.of("single_word", "lstrip", "rstrip")) {
      if (added.path(key).asBoolean(false)) throw refuse("the added token '" + content + "' with " + key + ", which is not supported");
    }
    boolean normalized = added.path("normalized").asBoolean(true);
    if (normalized && nfc) content = Normalizer.normalize(content, Normalizer.Form.NFC);
    (normalized ? normalizedAdded : rawAdded).add(new AddedTexts.Entry(content, id));
  }

  /** The special token that ends a text; where the file has none, {@code <|endoftext|>} gets the id after its last. */
  private int endOfText(Map<String, Integer> learned) {
    for (String name : ENDS) {
      Integer id = vocab.get(name);
      if (id != null && special.get(id)) return id;
    }
    // In a vocabulary that does not declare it, it still is no text.
    Integer id = learned.get(BytePairTrainer.END_OF_TEXT);
    if (id == null) id = vocab.size();
    vocab.putIfAbsent(BytePairTrainer.END_OF_TEXT, id);
    special.set(id);
    return id;
  }

  /** The bytes of every id, once it is sure that the ids are 0 … n-1, each once. */
  private byte[][] bytes() {
    var names = new String[vocab.size()];
    vocab.forEach((token, id) -> {
      if (id >= names.length) throw refuse("the id " + id + " ('" + token + "') but only " + names.length + " tokens, so that ids are missing");
      if (names[id] != null) throw refuse("the id " + id + " for both '" + names[id] + "' and '" + token + "'");
      names[id] = token;
    });
    var added = new BitSet();
    for (var list : List.of(rawAdded, normalizedAdded)) {
      for (var entry : list) added.set(entry.id());
    }
    var bytes = new byte[names.length][];
    for (int id = 0; id < names.length; id++) {
      byte[] b = special.get(id) ? new byte[0] : added.get(id) ? null : ByteAlphabet.bytes(names[id]);
      // An added token stands for its own characters, and so does a token outside the byte alphabet, which no text gives.
      bytes[id] = b != null ? b : names[id].getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  private int[] idOfByte(Map<String, Integer> learned) {
    var ids = new int[256];
    boolean any = false;
    for (int b = 0; b < 256; b++) {
      ids[b] = learned.getOrDefault(String.valueOf(ByteAlphabet.character(b)), -1);
      any |= ids[b] >= 0;
    }
    if (!any) throw refuse("no token for any single byte; only byte-level BPE is supported");
    return ids;
  }

  private int[] merges(JsonNode list, Map<String, Integer> learned) {
    if (list.size() > MOST_IDS) throw refuse(list.size() + " merges; the most is " + MOST_IDS);
    var merges = new int[3 * list.size()];
    int size = 0;
    int index = 0;
    for (JsonNode merge : list) {
      String place = "merge " + index++;
      String[] sides = merge.isTextual() ? merge.textValue().split(" ", -1)
          : new String[] {merge.path(0).asText(""), merge.path(1).asText("")};
      if (merge.isTextual() && index == 1 && merge.textValue().startsWith("#version")) continue;
      if (sides.length != 2 || merge.isArray() && merge.size() != 2) throw refuse(place + " " + merge + ", which does not name two tokens");
      int left = token(sides[0], learned, place);
      int right = token(sides[1], learned, place);
      int result = token(sides[0] + sides[1], learned, place);
      // No text may write a control token, so nothing is joined to one.
      if (special.get(left) || special.get(right) || special.get(result)) continue;
      merges[size++] = left;
      merges[size++] = right;
      merges[size++] = result;
    }
    return Arrays.copyOf(merges, size);
  }

  private int token(String token, Map<String, Integer> learned, String place) {
    Integer id = learned.get(token);
    if (id == null) throw refuse(place + " with the token '" + token + "', which is not in model.vocab");
    return id;
  }

  private Map<ByteBuffer, Integer> wholeWords(Map<String, Integer> learned) {
    var whole = new HashMap<ByteBuffer, Integer>();
    learned.forEach((token, id) -> {
      byte[] bytes = ByteAlphabet.bytes(token);
      if (bytes != null && !special.get(id)) whole.put(ByteBuffer.wrap(bytes), id);
    });
    return whole;
  }

  private InvalidInput refuse(String what) {
    return new InvalidInput(source + " has " + what + ".");
  }
}
