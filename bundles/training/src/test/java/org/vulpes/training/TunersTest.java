package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.bytes.ByteTokenizer;

/** Tuning on answers, preference and distillation through whole runs of a tiny model. */
class TunersTest {
  @TempDir
  Path folder;
  private final Workshop workshop = new Workshop();

  private void train(Config config, TokenStore store, String name, long stopAfter) {
    var steps = new long[1];
    try (var run = TrainingRun.open(new RunOrder(config, 1, store, folder.resolve(name), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      run.train(() -> steps[0]++ >= stopAfter);
    }
  }

  private void train(Config config, TokenStore store, String name) {
    train(config, store, name, Long.MAX_VALUE);
  }

  @SuppressWarnings("unchecked")
  private double[] statistic(String name, String which) {
    return RunJournal.read(folder.resolve(name).resolve("metrics.jsonl")).stream().filter(l -> l.containsKey("loss"))
        .mapToDouble(l -> ((Number) ((Map<String, Object>) l.get("statistics")).get(which)).doubleValue()).toArray();
  }

  private static double mean(double[] x, int from, int to) {
    return IntStream.range(from, to).mapToDouble(i -> x[i]).average().orElseThrow();
  }

  private byte[] weights(String name) throws IOException {
    return Files.readAllBytes(new Checkpoints(folder.resolve(name).resolve("checkpoints"), 1).newest().model());
  }

  private TokenStore conversations(String form) throws IOException {
    Path file = folder.resolve("some.jsonl");
    Files.write(file, IntStream.range(0, 80).mapToObj(i -> form.formatted(i)).toList());
    Config config = workshop.config("corpus { use = conversations, conversations.domains { some = \"" + file + "\" } }");
    CorpusSource source = workshop.create(config, "corpus");
    return new Corpus(source, new CorpusSpec(CorpusSpec.ALL, 300)).tokenize(new ByteTokenizer().withSpecials(source.controls()), folder.resolve("cache"), s -> {}, x -> {});
  }

  private static final String LESSON = "curriculum { use = flat, flat { sequence-length = 96, batch-tokens = 384 } }, training { evaluation-length = 96, micro-batch-tokens = 192, tokens = 12288 }\n";

  @Test
  void learnsAnswersAndThenWhichIsBetter() throws IOException {
    var pairs = conversations("{\"prompt\": \"Say it: %1$d\", \"chosen\": \"yes, %1$d\", \"rejected\": \"never\"}");
    train(workshop.config(LESSON + "objective.use = sft, optimizer.adamw.lr = 0.01"), pairs, "sft");
    double[] answers = statistic("sft", "answer-tokens");
    assertTrue(answers[0] > 20 && answers[0] < 200, "answers only: " + answers[0] + " of 384 places");

    for (String loss : List.of("dpo", "ipo", "kto", "simpo", "orpo", "cpo")) {
      train(workshop.config(LESSON + "init = \"" + folder.resolve("sft") + "\", objective { use = preference, preference.loss = " + loss + " }, optimizer.adamw.lr = 0.003, training.tokens = 6144"), pairs, loss);
      double[] margin = statistic(loss, "margin");
      double[] accuracy = statistic(loss, "accuracy");
      int n = margin.length;
      assertTrue(mean(margin, n - 3, n) > mean(margin, 0, 3), loss + " widens the margin: " + java.util.Arrays.toString(margin));
      assertTrue(mean(accuracy, n - 3, n) > 0.9, loss + " prefers the better answer: " + java.util.Arrays.toString(accuracy));
    }
    double[] margin = statistic("dpo", "margin");
    assertEquals(0, margin[0], 1e-5, "the policy begins at its reference");
  }

  @Test
  void aStudentComesNearerToItsTeacherAndSamplesTheSameAfterAStop() throws IOException {
    TokenStore store = workshop.store(folder.resolve("cache"));
    train(workshop.config("training.tokens = 20000, optimizer.adamw.lr = 0.01"), store, "teacher");
    String distill = """
        model { layers = 1 }
        curriculum { use = flat, flat { sequence-length = 32, batch-tokens = 128 } }
        objective { use = distill, distill { teacher = "%s"
          losses = [{ kind = hard, weight = 0.1 }, { kind = jsd }, { kind = hidden, student = 0, teacher = 1, weight = 0.01 }, { kind = attention, student = 0, teacher = 0, weight = 0.01 }] } }
        optimizer.adamw.lr = 0.01
        training.tokens = 5120
        """.formatted(folder.resolve("teacher"));
    train(workshop.config(distill), store, "on-text");
    for (String which : List.of("hard", "jsd", "hidden-0-1")) {
      double[] x = statistic("on-text", which);
      assertTrue(mean(x, x.length - 5, x.length) < mean(x, 0, 5), which + " falls: " + java.util.Arrays.toString(x));
    }
    assertTrue(statistic("on-text", "attention-0-0")[0] > 0);
    Config config = workshop.config(distill + "objective.distill.on-policy.share = 0.5");
    train(config, store, "student");
    assertTrue(mean(statistic("student", "sampled"), 0, 40) > 0.2);
    train(config, store, "stopped", 13);
    train(config, store, "stopped");
    assertArrayEquals(weights("student"), weights("stopped"), "samples are the same after a stop");
  }

  @Test
  void anotherVocabularyIsRefusedUnlessSpansAreCompared() throws IOException {
    train(workshop.config("training.tokens = 2560"), workshop.store(folder.resolve("cache")), "teacher");
    var other = conversations("{\"prompt\": \"Say it: %1$d\", \"completion\": \"fox owl %1$d\"}");
    String distill = LESSON + "training.tokens = 3072, objective { use = distill, distill { teacher = \"" + folder.resolve("teacher") + "\"";
    var e = assertThrows(InvalidInput.class, () -> train(workshop.config(distill + " } }"), other, "refused"));
    assertTrue(e.getMessage().contains("speaks another vocabulary (257 ids) than the student (259 ids)"), e.getMessage());
    train(workshop.config(distill + ", align = spans, hard-weight = 0 } }, optimizer.adamw.lr = 0.01"), other, "spans");
    double[] distance = statistic("spans", "span-distance");
    assertTrue(mean(distance, distance.length - 2, distance.length) < mean(distance, 0, 2), java.util.Arrays.toString(distance));
    double[] inGraph = statistic("spans", "spans-loss");
    for (int i = 0; i < distance.length; i++) assertEquals(distance[i], inGraph[i], 1e-3 * Math.max(1, distance[i]), "what is differentiated is the loss");
  }
}
