package org.vulpes.tokenizer.bpe;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;
import org.vulpes.tokenizer.Utf8;

/**
 * Learns a byte-level BPE of its own.
 *
 * @param vocabulary ids wanted, end of text and bytes included; fewer come out when the texts have too few frequent pairs
 * @param minFrequency least count of a pair that is joined
 */
record BytePairTrainer(int vocabulary, KnownPattern pattern, int minFrequency) implements TokenizerTrainer {
  static final String END_OF_TEXT = "<|endoftext|>";

  static KnownPattern pattern(String name) {
    return KnownPattern.valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  public String recipe() {
    return "bpe/1 vocabulary=" + vocabulary + " pattern=" + pattern.key() + " min-frequency=" + minFrequency;
  }

  /** The order of the texts does not matter. Counting them is told as the first half of the progress, once it is over. */
  @Override
  public Tokenizer train(Stream<String> texts, DoubleConsumer progress) {
    var words = new WordCounts();
    progress.accept(0);
    try (texts) {
      texts.sequential().forEach(text -> {
        char[] c = Utf8.characters(text);
        pattern.cut(c, 0, c.length, (from, to) -> words.add(c, from, to));
      });
    }
    progress.accept(0.5);
    var learned = MergeLearner.learn(words, END_OF_TEXT, vocabulary, minFrequency, done -> progress.accept(0.5 + done / 2));
    // What was learned is read as a file would be, so that a tokenizer is the same fresh and loaded.
    var tokenizer = TokenizerJson.parse(TokenizerJsonWriter.write(learned, pattern), "The learned tokenizer");
    progress.accept(1);
    return tokenizer;
  }

  @Override
  public Tokenizer load(Path file) {
    return TokenizerJson.read(file);
  }
}
