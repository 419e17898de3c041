package org.vulpes.training;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.TokenStore;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Random64;
import org.vulpes.tokenizer.TokenizerTrainer;

/** The stock plugins without a framework, a corpus in memory, and a model small enough to train in a moment. */
final class Workshop implements Catalogue {
  private final Map<String, Plugin<?>> plugins = new java.util.HashMap<>(Map.ofEntries(
      Map.entry("device/jvm", new org.vulpes.compute.jvm.internal.JvmDevicePlugin()),
      Map.entry("device/opencl", new OpenClFromFolders()),
      Map.entry("kernels.gemm/portable", OpenClFromFolders.portable("gemm")),
      Map.entry("device/reference", new org.vulpes.graph.reference.ReferencePlugin()),
      Map.entry("corpus/workshop", options -> source()),
      Map.entry("mixture/lesson", new org.vulpes.curriculum.internal.LessonMixture()),
      Map.entry("mixture/drift", new org.vulpes.curriculum.internal.DriftingMixture()),
      Map.entry("kernels.attention/device", new org.vulpes.compute.internal.OwnFamilies.Attention()),
      Map.entry("kernels.attention/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Attention()),
      Map.entry("kernels.elementwise/device", new org.vulpes.compute.internal.OwnFamilies.Elementwise()),
      Map.entry("kernels.elementwise/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Elementwise()),
      Map.entry("kernels.loss/device", new org.vulpes.compute.internal.OwnFamilies.Loss()),
      Map.entry("kernels.loss/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Loss()),
      Map.entry("kernels.norm/device", new org.vulpes.compute.internal.OwnFamilies.Norm()),
      Map.entry("kernels.norm/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Norm()),
      Map.entry("kernels.optimizer/device", new org.vulpes.compute.internal.OwnFamilies.Optimizer()),
      Map.entry("kernels.optimizer/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Optimizer()),
      Map.entry("kernels.gemm/device", new org.vulpes.compute.internal.OwnFamilies.Gemm()),
      Map.entry("kernels.gemm/definition", new org.vulpes.compute.jvm.internal.DefinedFamilies.Gemm()),
      Map.entry("kernels.gemm/naive", new org.vulpes.compute.jvm.internal.NaiveGemm()),
      Map.entry("kernels.gemm/packed", new org.vulpes.compute.jvm.internal.PackedGemm()),
      Map.entry("curriculum/flat", new org.vulpes.curriculum.flat.FlatCurriculum()),
      Map.entry("curriculum/staged", new org.vulpes.curriculum.staged.StagedCurriculum()),
      Map.entry("model.attention/gqa", new org.vulpes.model.attention.GroupedQueryAttention()),
      Map.entry("model.depth/uniform", new org.vulpes.model.depth.UniformDepth()),
      Map.entry("model.embedding/untied", new org.vulpes.model.embedding.UntiedEmbedding()),
      Map.entry("surgery/kv-heads", new org.vulpes.surgery.internal.KeyValueHeads()),
      Map.entry("surgery/tying", new org.vulpes.surgery.internal.Tying()),
      Map.entry("surgery/depth", new org.vulpes.surgery.internal.DepthGrowth()),
      Map.entry("surgery/ffn-width", new org.vulpes.surgery.internal.WiderFeedForward()),
      Map.entry("surgery/vocabulary", new org.vulpes.surgery.internal.OtherVocabulary()),
      Map.entry("tokenizer/bpe", new org.vulpes.tokenizer.bpe.BytePairPlugin()),
      Map.entry("model.embedding/tied", new org.vulpes.model.embedding.TiedEmbedding()),
      Map.entry("model.feedforward/gated", new org.vulpes.model.feedforward.GatedFeedForward()),
      Map.entry("model.norm/rms", new org.vulpes.model.norm.RmsNormBrick()),
      Map.entry("model.position/none", new org.vulpes.model.position.NoPosition()),
      Map.entry("model.position/rope", new org.vulpes.model.position.RotaryPosition()),
      Map.entry("corpus/conversations", new org.vulpes.corpus.conversations.ConversationCorpus()),
      Map.entry("objective/distill", new org.vulpes.objective.distill.DistillObjective()),
      Map.entry("objective/preference", new org.vulpes.objective.preference.PreferenceObjective()),
      Map.entry("objective/pretrain", new org.vulpes.objective.pretrain.PretrainObjective()),
      Map.entry("objective/reinforce", new org.vulpes.objective.reinforce.ReinforcePlugin(this)),
      Map.entry("evaluation/problems", new org.vulpes.evaluation.tasks.ProblemsEvaluation(this)),
      Map.entry("problems/arithmetic", new org.vulpes.reward.problems.Arithmetic()),
      Map.entry("reward/exact", new org.vulpes.reward.stock.AnswerRewards.Exact()),
      Map.entry("reward/format", new org.vulpes.reward.stock.AnswerRewards.Format()),
      // Easy to learn from nothing: the share of bytes that are lower-case vowels.
      Map.entry("reward/vowels", options -> Reward.each(s -> s.text().isEmpty() ? 0 : (double) s.text().replaceAll("[^aeiou]", "").length() / s.text().length())),
      Map.entry("reward/nothing", options -> Reward.each(s -> Double.NaN)),
      Map.entry("reward/failing", options -> Reward.each(s -> {
        throw new IllegalStateException("on purpose");
      })),
      Map.entry("objective/sft", new org.vulpes.objective.sft.SupervisedFineTuning()),
      Map.entry("optimizer/adamw", new org.vulpes.optimizer.adamw.AdamWOptimizer()),
      Map.entry("optimizer/lion", new org.vulpes.optimizer.lion.LionOptimizer()),
      Map.entry("optimizer/muon", new org.vulpes.optimizer.muon.MuonOptimizer()),
      Map.entry("schedule/linear", new org.vulpes.optimizer.internal.LinearSchedule()),
      Map.entry("schedule/cosine", new org.vulpes.optimizer.internal.CosineSchedule()),
      Map.entry("tokenizer/byte", new org.vulpes.tokenizer.bytes.ByteTrainer())));

  /** For runs that are not to be given another tokenizer. */
  static final Texts ONE_TEXT = (config, plugins) -> {
    throw new InvalidInput("No other text was prepared.");
  };

  /** By "slot/use". */
  Map<String, Plugin<?>> plugins() {
    return plugins;
  }

  @Override
  public List<Entry> entries() {
    return plugins.keySet().stream().sorted().map(k -> new Entry(k.split("/")[0], k.split("/")[1], "", "", "")).toList();
  }

  @Override
  public List<String> refusals() {
    return List.of();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Plugin<T> plugin(String slot, String use) {
    Plugin<?> p = plugins.get(slot + "/" + use);
    if (p == null) throw new InvalidInput("There is no " + slot + " '" + use + "'.");
    return (Plugin<T>) p;
  }

  @Override
  public Config reference() {
    try {
      Config all = ConfigFactory.empty();
      for (var url : java.util.Collections.list(Workshop.class.getClassLoader().getResources("reference.conf"))) {
        try (var in = new InputStreamReader(url.openStream(), StandardCharsets.UTF_8)) {
          all = all.withFallback(ConfigFactory.parseReader(in));
        }
      }
      // Belongs to the bundle of studies, which is not here.
      return all.withFallback(ConfigFactory.parseString("tokenizer.use = byte")).resolve();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A run of some 30 steps over two stages, on a model of some thousand parameters. */
  Config config(String more) {
    return ConfigFactory.parseString(more).withFallback(ConfigFactory.parseString("""
        model { width = 16, layers = 2, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 24 }
        tokenizer.use = byte
        corpus.use = workshop
        curriculum { use = staged, staged.stages = [
          { name = short, until = 50%, sequence-length = 16, batch-tokens = 64 }
          { name = long, until = 100%, sequence-length = 32, batch-tokens = 128 } ] }
        training { tokens = 2560, micro-batch-tokens = 64, checkpoint-every = 4, evaluations = 2, evaluation-length = 32, threads = 1 }
        """)).withFallback(reference()).resolve();
  }

  /** Sentences that can be learnt, of two domains. */
  private static CorpusSource source() {
    return new CorpusSource() {
      @Override
      public List<String> domains() {
        return List.of("animals", "numbers");
      }

      @Override
      public Stream<Document> documents(String domain) {
        var random = Random64.of(7, domain);
        var words = domain.equals("animals") ? List.of("fox ", "owl ", "bear ") : List.of("one ", "two ", "three ");
        return IntStream.range(0, 60).mapToObj(d -> {
          var text = new StringBuilder(domain).append(' ').append(d).append(": ");
          for (int w = 0; w < 8; w++) text.append(words.get((int) random.below(100L * d + w, 3)));
          return new Document(domain + d, domain, text.toString());
        });
      }

      @Override
      public String fingerprint() {
        return "workshop";
      }
    };
  }

  TokenStore store(Path cache) {
    return store(cache, config(""));
  }

  /** The same sentences, cut by the configured tokenizer. */
  TokenStore store(Path cache, Config config) {
    return store(cache, config, this);
  }

  /** The same by a tokenizer of other plugins. */
  TokenStore store(Path cache, Config config, Catalogue plugins) {
    TokenizerTrainer trainer = plugins.create(config, "tokenizer");
    return new Corpus(source(), new CorpusSpec(CorpusSpec.ALL, 300)).tokenize(trainer.train(source().documents("animals").map(Document::text), x -> {}), cache, s -> {}, x -> {});
  }
}
