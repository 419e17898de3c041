package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Subject;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Random64;
import org.vulpes.slot.Swaps;

/** Whole studies without a framework: the stock plugins, some sentences as corpus, a model of some thousand parameters. */
final class Laboratory implements Catalogue {
  private final Map<String, Plugin<?>> plugins = new HashMap<>(Map.ofEntries(
      Map.entry("device/jvm", new org.vulpes.compute.jvm.internal.JvmDevicePlugin()),
      Map.entry("curriculum/flat", new org.vulpes.curriculum.flat.FlatCurriculum()),
      Map.entry("curriculum/staged", new org.vulpes.curriculum.staged.StagedCurriculum()),
      Map.entry("model.attention/gqa", new org.vulpes.model.attention.GroupedQueryAttention()),
      Map.entry("model.depth/uniform", new org.vulpes.model.depth.UniformDepth()),
      Map.entry("model.embedding/tied", new org.vulpes.model.embedding.TiedEmbedding()),
      Map.entry("model.feedforward/gated", new org.vulpes.model.feedforward.GatedFeedForward()),
      Map.entry("model.norm/rms", new org.vulpes.model.norm.RmsNormBrick()),
      Map.entry("model.position/rope", new org.vulpes.model.position.RotaryPosition()),
      Map.entry("objective/pretrain", new org.vulpes.objective.pretrain.PretrainObjective()),
      Map.entry("optimizer/adamw", new org.vulpes.optimizer.adamw.AdamWOptimizer()),
      Map.entry("schedule/cosine", new org.vulpes.optimizer.internal.CosineSchedule()),
      Map.entry("schedule/linear", new org.vulpes.optimizer.internal.LinearSchedule()),
      Map.entry("surgery/kv-heads", new org.vulpes.surgery.internal.KeyValueHeads()),
      Map.entry("surgery/depth", new org.vulpes.surgery.internal.DepthGrowth()),
      Map.entry("evaluation/norm", (Plugin<Evaluation>) options -> new Norm(options.number("times", -100, 100))),
      Map.entry("tokenizer/byte", new org.vulpes.tokenizer.bytes.ByteTrainer()),
      Map.entry("corpus/sentences", (Plugin<CorpusSource>) options -> new Sentences())));
  final List<String> said = new ArrayList<>();
  final Swaps swaps = SwapCoordinator.over(this);

  private record Sentences() implements CorpusSource {
    @Override
    public List<String> domains() {
      return List.of("animals");
    }

    @Override
    public Stream<Document> documents(String domain) {
      var random = Random64.of(7, domain);
      var words = List.of("fox ", "owl ", "bear ");
      return IntStream.range(0, 60).mapToObj(d -> new Document(domain + d, domain,
          "text " + d + ": " + String.join("", IntStream.range(0, 8).mapToObj(w -> words.get((int) random.below(100L * d + w, 3))).toList())));
    }

    @Override
    public String fingerprint() {
      return "sentences";
    }
  }

  /** How large the first weights are: a number that no two arms share. */
  private record Norm(double times) implements Evaluation {
    @Override
    public SortedSet<String> metrics() {
      return new TreeSet<>(Set.of("size", "one"));
    }

    @Override
    public List<ItemResult> measure(Subject subject) {
      var weights = new float[16];
      subject.weights().get(subject.decoder().parameters().getFirst().name()).read(0, weights, 0, 16);
      var items = new ArrayList<ItemResult>();
      for (int i = 0; i < 16; i++) items.add(new ItemResult("norm", "w" + i, "w" + i, "", new TreeMap<>(Map.of("size", times * Math.abs(weights[i]), "one", 1.0)), Map.of("texts", List.of("" + weights[i]))));
      return items;
    }
  }

  /** Puts in another plugin. @param name slot, slash, use */
  void plugin(String name, Plugin<?> plugin) {
    plugins.put(name, plugin);
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
    // Families of kernels and whatever else the device or the run brings itself.
    if (p == null && slot.startsWith("kernels.")) p = options -> new org.vulpes.compute.OwnKernels(slot.substring("kernels.".length()));
    if (p == null && slot.equals("mixture")) p = new org.vulpes.curriculum.internal.LessonMixture();
    if (p == null) throw new InvalidInput("There is no " + slot + " '" + use + "'.");
    return (Plugin<T>) p;
  }

  @Override
  public Config reference() {
    Config all = ConfigFactory.parseString("corpus { use = sentences, sentences {} }, evaluation.norm.times = 1");
    try {
      for (var url : java.util.Collections.list(Laboratory.class.getClassLoader().getResources("reference.conf"))) {
        try (var in = new InputStreamReader(url.openStream(), StandardCharsets.UTF_8)) {
          all = all.withFallback(ConfigFactory.parseReader(in));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.resolve();
  }

  /** A study whose files lie below a folder. */
  Study study(Path folder, String name, String text) {
    Config config = ConfigFactory.parseString(text).withFallback(ConfigFactory.parseString("""
        model { width = 16, layers = 2, attention.gqa { heads = 4, kv-heads = 4 }, feedforward.gated.width = 24 }
        tokenizer.use = byte
        corpus.validation-bytes = 300
        curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 64, weights {} } }
        training { tokens = 1280, micro-batch-tokens = 64, checkpoint-every = 7, evaluations = 2, evaluation-length = 16, threads = 1 }
        study { seeds = 2, sample-tokens = 0 }
        """)).withFallback(ConfigFactory.parseMap(Map.of("storage.runs", folder.toString(), "storage.cache", folder.resolve("cache").toString()))).withFallback(reference()).resolve();
    return Study.open(config, name, this, new StudyListener() {
      @Override
      public void said(String sentence) {
        said.add(sentence);
      }
    }, () -> false);
  }

}
