package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;

/** Students of a teacher whose predictions were stored beforehand, beside students of the same teacher that is there. */
class StoredTeacherTest {
  private static final String LOSSES = "losses = [{ kind = forward-kl }, { kind = jsd, weight = 0.5 }, { kind = hard, weight = 0.1 }]";

  private static final Workshop workshop = new Workshop();
  @TempDir static Path folder;
  private static TokenStore store;
  private static int refusals;

  @BeforeAll
  static void teacher() {
    store = workshop.store(folder.resolve("cache"));
    train(workshop.config("training { tokens = 1280, evaluations = 1 }, optimizer.adamw.lr = 1e-2"), "teacher", 100);
  }

  private static Outcome train(Config config, String run, int steps) {
    var left = new AtomicInteger(steps);
    try (var r = TrainingRun.open(new RunOrder(config, 3, store, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      return r.train(() -> left.getAndDecrement() <= 0);
    }
  }

  private TeacherPass.Written write(String more, long seed, int top, double temperature, int bits) {
    Config config = workshop.config(more);
    try (var model = ModelFolder.open(folder.resolve("teacher"), workshop); var device = workshop.<org.vulpes.compute.DeviceProvider>create(config, "device").open(1);
        var pass = new TeacherPass(config, store, model, new TeacherPass.Settings(top, temperature, bits), device, workshop)) {
      return pass.write(seed, folder.resolve("said-" + top), share -> { });
    }
  }

  private Config student(String teacher, String losses, String more) {
    return workshop.config("objective { use = distill, distill { teacher = \"" + folder.resolve(teacher) + "\", " + losses + " } }, " + more);
  }

  private List<Double> losses(String run) {
    return RunJournal.read(folder.resolve(run).resolve("metrics.jsonl")).stream().filter(l -> l.containsKey("loss")).map(l -> ((Number) l.get("loss")).doubleValue()).toList();
  }

  @Test
  void withTheWholeVocabularyStoredTheLossesAreThoseOfTheTeacherItself() {
    write("", 3, 0, 1, 32);
    train(student("teacher", "temperature = 2, " + LOSSES, ""), "live", 100);
    train(student("said-0", "temperature = 2, " + LOSSES, ""), "stored", 100);
    List<Double> live = losses("live");
    List<Double> stored = losses("stored");
    assertEquals(live.size(), stored.size());
    assertTrue(live.size() > 25 && live.getLast() < 0.8 * live.getFirst(), "learned: " + live);
    for (int i = 0; i < live.size(); i++) assertEquals(live.get(i), stored.get(i), 1e-5 * live.get(i), "step " + (i + 1));
  }

  @Test
  void aFewLikelyTokensTeachTooAndAStoppedStudentGoesOnWithTheSameOnes() {
    var written = write("", 3, 8, 1, 16);
    assertEquals(20 * 4 + 10 * 4, written.rows(), "20 steps of 4 sequences, 10 of 4");
    Outcome whole = train(student("said-8", LOSSES, ""), "whole", 100);
    assertTrue(losses("whole").getLast() < 0.8 * losses("whole").getFirst());
    assertEquals(Outcome.Status.STOPPED, train(student("said-8", LOSSES, ""), "parts", 7).status());
    assertEquals(whole.bitsPerByte(), train(student("said-8", LOSSES, ""), "parts", 100).bitsPerByte());
    assertTrue(whole.flops() < train(student("teacher", LOSSES, ""), "beside", 100).flops(), "its teacher costs the student nothing");
  }

  @Test
  void refusesOtherTextOrderLengthsTemperaturesAndTeachersBeforeItTrains() {
    write("", 3, 8, 1, 16);
    refused("forward-kl has the temperature 2.0, but the logits", student("said-8", "temperature = 2", ""));
    refused("nothing of its layers", student("said-8", "losses = [{ kind = hidden, student = 0, teacher = 1 }]", ""));
    refused("has not read what the student will write", student("said-8", "on-policy.share = 0.5", ""));
    refused("give the teacher's run", student("said-8", "align = spans", ""));
    refused("has 32 tokens, that of the run 16", student("said-8", "", "training.tokens = 3000"));
    String flat = "curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 64 } }, training.tokens = ";
    write(flat + 640, 3, 4, 1, 16);
    refused("holds 40 sequences, but the run is taught more", student("said-4", "", flat + 704));
    refused("has 16 tokens, that of the run 32", student("said-8", "", "curriculum { use = flat, flat { sequence-length = 32, batch-tokens = 64 } }"));
    var seed = assertThrows(InvalidInput.class, () -> TrainingRun.open(new RunOrder(student("said-8", "", ""), 4, store, folder.resolve("x"), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {}));
    assertTrue(seed.getMessage().contains("holds no logits for seed 4") && seed.getMessage().contains("it has seed-3.logits"), seed.getMessage());
    // The same lengths in another order of domains: found at the row itself.
    refused("is another text, or other positions of it", student("said-8", "", "mixture { use = drift, drift { from { numbers = 1 }, to { numbers = 1 } } }"));
    var other = store;
    store = workshop.store(folder.resolve("cache-2"), workshop.config("tokenizer { use = bpe, bpe.vocabulary = 280 }"));
    refused("are of another tokenizer (257 ids", student("said-8", "", ""));
    store = other;
  }

  private static void refused(String sentence, Config config) {
    String message = assertThrows(InvalidInput.class, () -> train(config, "refused-" + refusals++, 1)).getMessage();
    assertTrue(message.contains(sentence), message);
  }

  /** Beside the stored teacher: what only a live one can be asked. */
  @Test
  void attentionWeightsAreMatchedAndHeadsThatCannotBeSharedOutAreRefused() {
    String match = "losses = [{ kind = attention-weights, student = 0, teacher = 1 }]";
    train(student("teacher", match, "optimizer.adamw.lr = 2e-2, model.attention.gqa { heads = 2, kv-heads = 1 }"), "matched", 100);
    assertTrue(losses("matched").getLast() < 0.3 * losses("matched").getFirst(), "nearer: " + losses("matched"));
    refused("the teacher's 4 heads cannot be shared out among the student's 8", student("teacher", match, "model.attention.gqa { heads = 8, kv-heads = 2 }"));
    refused("matches block 2 of the student, which has blocks 0 to 1", student("teacher", match.replace("student = 0", "student = 2"), ""));
  }
}
