package org.vulpes.generation;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;

/**
 * When a continuation ends: at the end-of-text token, as soon as it contains one of some texts, or at a length.
 *
 * @param most new tokens, 0 or more
 * @param endOfText −1: none
 * @param tokenizer tells the bytes of tokens; null when there are no stop texts
 */
public record Ending(int most, int endOfText, List<String> stopTexts, Tokenizer tokenizer) {
  public Ending {
    if (most < 0) throw new InvalidInput("The number of new tokens must be 0 or more, but is " + most + ".");
    if (stopTexts.stream().anyMatch(String::isEmpty)) throw new InvalidInput("A stop text is empty: every continuation would end before it begins.");
    if (!stopTexts.isEmpty() && tokenizer == null) throw new InvalidInput("Stop texts need a tokenizer, and the model has none.");
    stopTexts = List.copyOf(stopTexts);
  }

  public static Ending length(int most) {
    return new Ending(most, -1, List.of(), null);
  }

  public static Ending text(int most, Tokenizer tokenizer, List<String> stopTexts) {
    return new Ending(most, tokenizer.endOfText(), stopTexts, tokenizer);
  }

  /** The text of a continuation, up to the first stop text in it. */
  public String text(int[] tokens, Tokenizer by) {
    String text = by.decode(tokens);
    int end = text.length();
    for (String stop : stopTexts) {
      int at = text.indexOf(stop);
      if (at >= 0) end = Math.min(end, at);
    }
    return text.substring(0, end);
  }

  List<byte[]> stopBytes() {
    return stopTexts.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
