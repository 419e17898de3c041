package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.tokenizer.bytes.ByteTokenizer;

/** What comes after pretraining, on an OpenCL device: the same losses as on the Vector API, step by step. */
@ResourceLock("OpenCL")
class OpenClObjectivesTest {
  private static final String LESSON = "curriculum { use = flat, flat { sequence-length = 96, batch-tokens = 192 } }, training { evaluations = 1, evaluation-length = 96, micro-batch-tokens = 192, tokens = 1536 }\n";
  private static final String OPENCL = "\ndevice.use = opencl";
  private final Workshop workshop = new Workshop();
  @TempDir Path folder;

  @BeforeEach
  void device() {
    OpenClFromFolders.orSkip();
  }

  private List<Config> train(String config, TokenStore store, String run) throws IOException {
    try (var r = TrainingRun.open(new RunOrder(workshop.config(config), 3, store, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      r.train(() -> false);
    }
    return Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).stream().map(ConfigFactory::parseString).filter(c -> c.hasPath("loss")).toList();
  }

  private void sameLosses(String config, TokenStore store) throws IOException {
    List<Config> expected = train(config, store, "jvm"), found = train(config + OPENCL, store, "opencl");
    assertTrue(found.size() > 4, "steps: " + found.size());
    for (int i = 0; i < found.size(); i++) assertEquals(expected.get(i).getDouble("loss"), found.get(i).getDouble("loss"), 2e-3, "loss of step " + (i + 1));
  }

  private TokenStore pairs() throws IOException {
    Path file = folder.resolve("pairs.jsonl");
    Files.write(file, IntStream.range(0, 60).mapToObj(i -> "{\"prompt\": \"Say it: %1$d\", \"chosen\": \"yes, %1$d\", \"rejected\": \"never\"}".formatted(i)).toList());
    CorpusSource source = workshop.create(workshop.config("corpus { use = conversations, conversations.domains { some = \"" + file + "\" } }"), "corpus");
    return new Corpus(source, new CorpusSpec(CorpusSpec.ALL, 300)).tokenize(new ByteTokenizer().withSpecials(source.controls()), folder.resolve("cache"), s -> {}, x -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"dpo", "kto", "orpo"})
  void preferencesAreLearned(String loss) throws IOException {
    TokenStore pairs = pairs();
    train(LESSON + "objective.use = sft", pairs, "base");
    sameLosses(LESSON + "init = \"" + folder.resolve("base") + "\", objective { use = preference, preference.loss = " + loss + " }", pairs);
  }

  @Test
  void aTeacherIsFollowed() throws IOException {
    TokenStore store = workshop.store(folder.resolve("cache"));
    train("training.tokens = 640", store, "teacher");
    sameLosses(LESSON + "model.layers = 1, objective { use = distill, distill { teacher = \"" + folder.resolve("teacher") + "\", losses = [{ kind = hard, weight = 0.1 }, { kind = jsd }, { kind = reverse-kl }, "
        + "{ kind = hidden, student = 0, teacher = 1, weight = 0.01 }, { kind = attention, student = 0, teacher = 0, weight = 0.01 }] } }", store);
  }

  /** Other samples are drawn where a rounding decides, so only what holds for any samples is asserted. */
  @ParameterizedTest
  @ValueSource(strings = {"algorithm = grpo, epochs = 2", "algorithm = ppo, epochs = 2"})
  void rewardsAreLearned(String algorithm) throws IOException {
    TokenStore store = workshop.store(folder.resolve("cache"));
    train("training.tokens = 640", store, "base");
    List<Config> steps = train("problems.arithmetic { digits = 1, held-out = 5 }, objective { use = reinforce, reinforce { prompts = 4, group = 4, new-tokens = 6, rewards { near { use = vowels } }, "
        + algorithm + " } }, training { tokens = 500, evaluations = 1 }, optimizer.adamw.lr = 1e-2, init = \"" + folder.resolve("base") + "\"" + OPENCL, store, "opencl");
    assertEquals(0, steps.getFirst().getDouble("statistics.ratio-distance"), 1e-6);
    assertEquals(0, steps.getFirst().getDouble("statistics.kl"), 1e-6);
    for (Config s : steps) if (s.hasPath("statistics.decoder-difference")) assertTrue(s.getDouble("statistics.decoder-difference") <= 1e-4, s.toString());
  }
}
