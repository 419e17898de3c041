package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.TokenStore;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Answers of two policies of some thousand parameters, judged by their share of vowels. */
class PairMakerTest {
  private static final String PLAIN = "template { system = \"{content}\", user = \"{content}\", assistant = \"{content}{end}\" }";

  private final Workshop workshop = new Workshop();
  @TempDir Path folder;
  private TokenStore store;

  @BeforeEach
  void policies() {
    store = workshop.store(folder.resolve("cache"));
    for (int lr = 1; lr <= 2; lr++) train(workshop.config("training { tokens = 640, evaluations = 1 }, optimizer.adamw.lr = " + lr + "e-2"), "policy-" + lr, store);
  }

  private Outcome train(Config config, String run, TokenStore text) {
    try (var r = TrainingRun.open(new RunOrder(config, 3, text, folder.resolve(run), ""), Workshop.ONE_TEXT, workshop, SwapCoordinator.over(workshop), new RunListener() {})) {
      return r.train(() -> false);
    }
  }

  private Config config(String more) {
    return workshop.config("problems.arithmetic { digits = 1, held-out = 5 }, pairs { models = [\"" + folder.resolve("policy-1") + "\", \"" + folder.resolve("policy-2") + "\"], count = 40, samples = 4, new-tokens = 16, "
        + PLAIN + ", rewards { vowels { use = vowels } } }, " + more);
  }

  private PairMaker.Made make(String more, String file) {
    return new PairMaker(config(more), workshop).write(folder.resolve(file), model -> workshop.<DeviceProvider>create(model.config(), "device").open(1), share -> { });
  }

  private List<JsonNode> lines(String file) throws IOException {
    var out = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(folder.resolve(file))) out.add(new ObjectMapper().readTree(line));
    return out;
  }

  @Test
  void theBetterOfTwoPoliciesAnswersIsChosenAndPreferencesAreLearnedFromIt() throws IOException {
    var made = make("", "pairs.jsonl");
    List<JsonNode> pairs = lines("pairs.jsonl");
    assertEquals(made.lines(), pairs.size());
    assertEquals(40, made.lines() + made.alike());
    assertTrue(made.lines() > 5, "answers differ: " + made);
    var models = new HashSet<Integer>();
    for (JsonNode p : pairs) {
      double better = vowels(p.get("chosen").textValue());
      double worse = vowels(p.get("rejected").textValue());
      assertTrue(better > worse);
      assertEquals(better, p.get("chosen-reward").doubleValue(), 1e-12);
      models.add(p.get("chosen-model").intValue());
      models.add(p.get("rejected-model").intValue());
    }
    assertEquals(2, models.size(), "of both policies");

    assertTrue(make("", "pairs.jsonl").there(), "made once");
    make("", "again.jsonl");
    assertEquals(Files.readString(folder.resolve("pairs.jsonl")), Files.readString(folder.resolve("again.jsonl")), "the same seed");
    make("pairs.seed = 2", "other.jsonl");
    assertFalse(Files.readString(folder.resolve("pairs.jsonl")).equals(Files.readString(folder.resolve("other.jsonl"))));

    Config preference = workshop.config("init = \"" + folder.resolve("policy-1") + "\", objective { use = preference, preference.loss = dpo }, "
        + "curriculum { use = flat, flat { sequence-length = 64, batch-tokens = 256 } }, training { tokens = 512, evaluations = 1, evaluation-length = 64 }");
    assertEquals(Outcome.Status.FINISHED, train(preference, "dpo", store("pairs.jsonl")).status());
  }

  private TokenStore store(String file) {
    CorpusSource source = source(file);
    return new Corpus(source, new CorpusSpec(CorpusSpec.ALL, 150)).tokenize(store.tokenizer(), folder.resolve("cache"), s -> { }, x -> { });
  }

  private CorpusSource source(String file) {
    return workshop.<CorpusSource>plugin("corpus", "conversations").create(Options.of("bad-lines = refuse, longest = 4096, system = \"\", domains { mine = \"" + folder.resolve(file) + "\" }, " + PLAIN));
  }

  private static double vowels(String text) {
    return (double) text.replaceAll("[^aeiou]", "").length() / text.length();
  }

  @Test
  void labelsAreWhatKtoLearnsFromAndAnAlteredFileIsRefused() throws IOException {
    make("pairs { as = labels, good = 0.2 }", "labels.jsonl");
    for (JsonNode l : lines("labels.jsonl")) assertEquals(vowels(l.get("completion").textValue()) >= 0.2, l.get("label").booleanValue());
    Path file = folder.resolve("labels.jsonl");
    source("labels.jsonl").documents("mine").close();
    Files.writeString(file, Files.readString(file).replaceFirst("false", "true"));
    assertTrue(message(() -> source("labels.jsonl").documents("mine")).contains("labels.jsonl was altered since it was made"));
    assertTrue(message(() -> make("pairs { as = labels, good = 0.2 }", "labels.jsonl")).contains("was altered"));
    assertTrue(message(() -> make("", "labels.jsonl")).contains("was made by another recipe"));
  }

  @Test
  void refusesWhatGivesNoPairs() {
    assertTrue(message(() -> make("pairs.samples = 3", "x.jsonl")).contains("samples = 3 cannot be shared out among 2 models"));
    assertTrue(message(() -> make("pairs.temperature = 0", "x.jsonl")).contains("same answer every time"));
    assertTrue(message(() -> make("pairs.margin = 10", "x.jsonl")).contains("None of 40 problems gave two answers"));
    assertTrue(message(() -> make("pairs.models = []", "x.jsonl")).contains("names no policy"));
    assertTrue(message(() -> make("pairs.template = chatml", "x.jsonl")).contains("special token '<|im_start|>'"));
    assertFalse(Files.exists(folder.resolve("x.jsonl")) || Files.exists(folder.resolve("x.jsonl.made")), "nothing half-written");
  }

  private static String message(Runnable r) {
    return assertThrows(InvalidInput.class, r::run).getMessage();
  }
}
