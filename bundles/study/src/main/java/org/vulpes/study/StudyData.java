package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;
import org.vulpes.training.Initial;
import org.vulpes.training.TrainedModel;

/** Tokenisers and tokenised corpora of a study's arms: arms with equal corpus, problems and tokenizer share one, and the cache keeps them between studies. */
final class StudyData {
  private final Catalogue catalogue;
  private final Path cache;
  private final StudyListener listener;
  private final BooleanSupplier stop;
  private final Map<String, TokenStore> stores = new HashMap<>();
  /** Tokenizers of stages, by their keys. */
  private final Map<String, Tokenizer> stages = new HashMap<>();

  StudyData(Config config, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    this.catalogue = catalogue;
    this.listener = listener;
    this.stop = stop;
    cache = Storage.cache(config);
  }

  /** Lets later stages begin with what this one has learned: in its tokens. @param key of the stage */
  void ended(String key, TokenStore store) {
    stages.put(key, store.tokenizer());
  }

  TokenStore store(Config arm) {
    return store(arm, catalogue);
  }

  /** @param plugins of which the tokenizer is one: what others made than those that are installed is not kept for later */
  synchronized TokenStore store(Config arm, Catalogue plugins) {
    String key = render(arm, "corpus") + render(arm, "tokenizer") + render(arm, "init") + render(arm, "problems");
    TokenStore known = stores.get(key);
    if (known != null && plugins == catalogue) return known;
    CorpusSource source = catalogue.create(arm, "corpus");
    source.notes().forEach(listener::said);
    var corpus = new Corpus(source, CorpusSpec.read(Options.at(arm, "corpus")));
    Tokenizer tokenizer = tokenizer(arm, corpus, plugins).withSpecials(source.controls());
    TokenStore store = corpus.tokenize(tokenizer, cache, listener::said, share -> preparing("tokenising the corpus", share));
    if (plugins == catalogue) stores.put(key, store);
    return store;
  }

  private Tokenizer tokenizer(Config arm, Corpus corpus, Catalogue plugins) {
    Optional<Path> init = Initial.of(arm);
    if (Stages.begins(arm)) return stages.get(Stages.before(arm));
    if (init.isPresent()) return TrainedModel.open(init.get(), catalogue).tokenizer();
    TokenizerTrainer trainer = plugins.create(arm, "tokenizer");
    long sample = Options.at(arm, "tokenizer").whole("sample-bytes", 1, 1L << 32);
    Path file = cache.resolve("tokenizer-" + Hash.of(trainer.recipe(), corpus.hash(), Long.toString(sample)).substring(0, 32) + ".json");
    if (Files.exists(file)) {
      try {
        return trainer.load(file);
      } catch (InvalidInput e) {
        listener.said("The cached tokenizer is trained anew: " + e.getMessage());
      }
    }
    preparing("training a tokenizer", 0);
    Tokenizer tokenizer;
    try (var texts = corpus.sample(sample).peek(text -> preparing("training a tokenizer", 0))) {
      tokenizer = trainer.train(texts, share -> preparing("training a tokenizer", share));
    }
    tokenizer.save(file);
    return tokenizer;
  }

  private void preparing(String what, double share) {
    if (stop.getAsBoolean()) throw new Stopped();
    listener.preparing(what, share);
  }

  private static String render(Config config, String path) {
    return config.hasPath(path) ? config.getValue(path).render(ConfigRenderOptions.concise()) : "";
  }
}
