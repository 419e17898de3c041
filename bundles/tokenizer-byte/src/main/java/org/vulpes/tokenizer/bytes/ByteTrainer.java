package org.vulpes.tokenizer.bytes;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerFile;
import org.vulpes.tokenizer.TokenizerTrainer;

/** Offers the {@link ByteTokenizer}: the baseline that shows what a learned vocabulary earns. */
@Component(service = Plugin.class)
@Fills(slot = "tokenizer", use = "byte")
public final class ByteTrainer implements Plugin<TokenizerTrainer>, TokenizerTrainer {

  @Override
  public TokenizerTrainer create(Options options) {
    for (String key : options.keys()) throw options.wrong(key, "is not an option: the byte tokenizer has none; remove it");
    return this;
  }

  @Override
  public String recipe() {
    return "byte/1";
  }

  /** Closes the texts unread: nothing is learned from them. */
  @Override
  public Tokenizer train(Stream<String> texts, DoubleConsumer progress) {
    texts.close();
    progress.accept(1);
    return new ByteTokenizer();
  }

  @Override
  public Tokenizer load(Path file) {
    byte[] json = TokenizerFile.read(file, 1 << 20);
    var tokenizer = ByteTokenizer.read(new String(json, java.nio.charset.StandardCharsets.UTF_8));
    if (!Arrays.equals(json, tokenizer.json())) {
      throw new InvalidInput(
          file + " is not what the byte tokenizer writes; load it with tokenizer.use = bpe, or delete it to have it written anew.");
    }
    return tokenizer;
  }
}
