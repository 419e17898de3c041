package org.vulpes.surgery.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Body;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Another vocabulary. A token that stands for the same bytes keeps its rows; a new one begins with the mean of the rows of the pieces into which the old tokenizer cuts its text (Gee et al. 2022,
 * "Fast Vocabulary Transfer").
 */
@Component
@Fills(slot = "surgery", use = "vocabulary")
public final class OtherVocabulary implements Plugin<Surgery> {
  private static final List<String> TABLES = List.of("model.embed_tokens.weight", "lm_head.weight");

  @Override
  public Surgery create(Options options) {
    return Surgery.of(List.of("tokenizer"), OtherVocabulary::plan);
  }

  private static Operation plan(Change change) {
    int[][] pieces = pieces(change.before().tokenizer(), change.after().tokenizer());
    long kept = Arrays.stream(pieces).filter(p -> p.length == 1).count();
    String what = change.before().decoder().vocabulary() + " tokens become " + pieces.length + ": " + kept + " keep their rows, " + (pieces.length - kept) + " begin with the mean of old pieces";
    return new Operation(what, false, body -> {
      for (Parameter p : change.after().decoder().parameters()) {
        if (!TABLES.contains(p.name())) continue;
        body.put(p, composed(body, p, pieces));
      }
    });
  }

  private static float[] composed(Body body, Parameter p, int[][] pieces) {
    float[] old = body.values(p.name());
    int width = p.shape().sizes()[1];
    var out = new float[pieces.length * width];
    for (int id = 0; id < pieces.length; id++) {
      int n = pieces[id].length;
      // The gradient of a token that was never seen is not known.
      if (n != 1 && body.meaning() != Meaning.VALUE) continue;
      for (int piece : pieces[id]) for (int e = 0; e < width; e++) out[id * width + e] += old[piece * width + e] / n;
    }
    return out;
  }

  /** For each new token the old tokens of which it is made; one when it is there already. */
  private static int[][] pieces(Tokenizer before, Tokenizer after) {
    var known = new HashMap<ByteBuffer, Integer>();
    int longest = 1;
    for (int id = before.vocabularySize() - 1; id >= 0; id--) {
      byte[] bytes = before.bytes(id);
      if (bytes.length > 0) known.put(ByteBuffer.wrap(bytes), id);
      longest = Math.max(longest, bytes.length);
    }
    var out = new int[after.vocabularySize()][];
    for (int id = 0; id < out.length; id++) {
      byte[] bytes = after.bytes(id);
      Integer same = known.get(ByteBuffer.wrap(bytes));
      // Special tokens have no bytes; the one that every tokenizer has separates documents.
      if (bytes.length == 0) out[id] = new int[] {before.endOfText()};
      else out[id] = same != null ? new int[] {same} : cut(bytes, before, known, longest);
    }
    return out;
  }

  private static int[] cut(byte[] bytes, Tokenizer before, Map<ByteBuffer, Integer> known, int longest) {
    try {
      int[] ids = before.encode(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)));
      if (ids.length > 0) return ids;
    } catch (CharacterCodingException e) {
      // A part of a character is no text; it is cut into the longest known pieces.
    }
    var out = new ArrayList<Integer>();
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + longest);
      while (end > at + 1 && !known.containsKey(ByteBuffer.wrap(bytes, at, end - at).slice())) end--;
      Integer id = known.get(ByteBuffer.wrap(bytes, at, end - at).slice());
      // A vocabulary without this byte: the separator says least.
      out.add(id == null ? before.endOfText() : id);
      at = end;
    }
    return out.stream().mapToInt(i -> i).toArray();
  }
}
