package org.vulpes.corpus.internal;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.vulpes.corpus.Document;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

/**
 * A document as marked ids. Each part is encoded by itself, as it is when a model is asked: what it is given then ends where the answer begins.
 *
 * @param ids with their {@link Marks}
 * @param bytes UTF-8 of the text in them
 * @param learned UTF-8 of the answers of the first row; all of it for plain text
 */
public record Encoding(int[] ids, long bytes, long learned) {

  public static Encoding of(Document d, Tokenizer tokenizer) {
    if (d.parts().isEmpty()) {
      int[] ids = tokenizer.encode(d.text());
      long bytes = d.text().getBytes(StandardCharsets.UTF_8).length;
      return new Encoding(ids, bytes, bytes);
    }
    int[] all = new int[64];
    int n = 0;
    int first = 0;
    boolean better = true;
    long bytes = 0;
    long learned = 0;
    for (Document.Part part : d.parts()) {
      int[] some = switch (part.kind()) {
        case TEXT -> tokenizer.encode(part.text());
        case CONTROL -> new int[] {control(part.text(), tokenizer, d)};
        case WORSE_ROW, BAD -> new int[0];
      };
      if (part.kind() == Document.Part.Kind.WORSE_ROW) {
        first = Marks.ROW | Marks.WORSE;
        better = false;
      } else if (part.kind() == Document.Part.Kind.BAD) {
        first = Marks.WORSE;
        better = false;
      }
      if (part.kind() == Document.Part.Kind.TEXT) {
        int length = part.text().getBytes(StandardCharsets.UTF_8).length;
        bytes += length;
        if (part.learned() && better) learned += length;
      }
      if (n + some.length > all.length) all = Arrays.copyOf(all, Math.max(2 * all.length, n + some.length));
      for (int id : some) {
        all[n++] = id | (part.learned() ? 0 : Marks.CONTEXT) | first;
        first = 0;
      }
    }
    return new Encoding(Arrays.copyOf(all, n), bytes, learned);
  }

  private static int control(String text, Tokenizer tokenizer, Document d) {
    if (text.isEmpty()) return tokenizer.endOfText();
    return tokenizer.special(text).orElseThrow(() -> new InvalidInput("The tokenizer has no special token '" + text + "', which " + d.id() + " uses; give the run a tokenizer that has it."));
  }
}
