package org.vulpes.tokenizer.bpe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Ids with the published vocabularies r50k_base (GPT-2, GPT-3) and cl100k_base (GPT-4), against jtokkit, an independent encoder. */
class JtokkitTest {
  private static final Encoding R50K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
  private static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
  private static final BytePairTokenizer OUR_R50K = tokenizer("r50k_base", KnownPattern.GPT2);
  private static final BytePairTokenizer OUR_CL100K = tokenizer("cl100k_base", KnownPattern.LLAMA3);

  @Property(tries = 500)
  void idsAreThoseOfR50k(@ForAll("texts") String text) {
    assertArrayEquals(R50K.encodeOrdinary(text).toArray(), OUR_R50K.encode(text));
  }

  @Property(tries = 500)
  void idsAreThoseOfCl100k(@ForAll("texts") String text) {
    assertArrayEquals(CL100K.encodeOrdinary(text).toArray(), OUR_CL100K.encode(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Unicode.texts();
  }

  /** The file has tokens in base 64 with their ranks; a merge is every way to cut a token into two others, in the order of the ranks. */
  private static BytePairTokenizer tokenizer(String name, KnownPattern pattern) {
    var ids = new HashMap<ByteBuffer, Integer>();
    try (var in = Encodings.class.getResourceAsStream("/com/knuddels/jtokkit/" + name + ".tiktoken")) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
        int space = line.indexOf(' ');
        ids.put(ByteBuffer.wrap(Base64.getDecoder().decode(line.substring(0, space))), Integer.parseInt(line.substring(space + 1).strip()));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    int size = ids.values().stream().max(Integer::compare).orElseThrow() + 1;
    var tokens = new byte[size + 1][];
    Arrays.fill(tokens, new byte[0]);
    ids.forEach((bytes, id) -> tokens[id] = bytes.array());
    var merges = new int[3 * 64 * 1024];
    int n = 0;
    for (int id = 0; id < size; id++) {
      for (int cut = 1; cut < tokens[id].length; cut++) {
        Integer left = ids.get(ByteBuffer.wrap(tokens[id], 0, cut));
        Integer right = ids.get(ByteBuffer.wrap(tokens[id], cut, tokens[id].length - cut));
        if (left == null || right == null) continue;
        if (n + 3 > merges.length) merges = Arrays.copyOf(merges, 2 * n);
        merges[n++] = left;
        merges[n++] = right;
        merges[n++] = id;
      }
    }
    var idOfByte = new int[256];
    for (int b = 0; b < 256; b++) idOfByte[b] = ids.get(ByteBuffer.wrap(new byte[] {(byte) b}));
    var vocabulary = new Vocabulary(tokens, new BitSet(), size);
    var none = new AddedTexts(List.of());
    Map<ByteBuffer, Integer> whole = ids;
    return new BytePairTokenizer(
        new BytePairTokenizer.Rules(vocabulary, pattern, new Merges(Arrays.copyOf(merges, n)), idOfByte, whole, false, none, none), "", new byte[0], Map.of());
  }
}
