package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matched variants through the real distribution: the verb, and arms of a study from the plan to the report. */
class MatchIT {
  private static final Path MODELS = Path.of(System.getProperty("vulpes.bundles")).resolve("../configs/models").toAbsolutePath().normalize();

  @TempDir Path folder;

  private static Distribution.Result match(String base, String... more) throws Exception {
    var line = new ArrayList<>(List.of("match", "--base", MODELS.resolve(base).toString()));
    line.addAll(List.of(more));
    return Served.run(line.toArray(String[]::new));
  }

  @Test
  void theVerbPrintsBothSidesAndTheLineForAStudy() throws Exception {
    var r = match("fox-pocket.conf", "--set", "attention.gqa.kv-heads=1", "--keep", "flops", "--free", "ffn");
    assertEquals(0, r.code(), r::toString);
    // 8 blocks lose 2·128·16 parameters each; four units of the inner layer have 8·3·128·4.
    assertTrue(r.out().startsWith("Matched: training FLOPs ") && r.out().contains(", ffn 268\n"), r::out);
    assertTrue(r.out().contains("1,378,432") && r.out().contains(String.format("%,d", 1_378_432 - 8 * 4096 + 3 * 12_288)), r::out);
    assertTrue(r.out().contains("For a vocabulary of 2,048 (tokenizer.bpe.vocabulary"), r::out);
    assertTrue(r.out().endsWith("  variant { model.attention.gqa.kv-heads = 1, match = flops, free = [ffn] }\n"), r::out);
  }

  @Test
  void aPublishedModelComesWithItsVocabularyAndTakesAnother() throws Exception {
    var r = match("fox-1.conf", "--set", "model.attention.gqa.kv-heads=16");
    assertEquals(0, r.code(), r::toString);
    assertTrue(r.out().contains("1,665,271,808") && r.out().contains("(0 %), ffn 3,072"), r::out);
    var other = match("fox-1.conf", "--set", "attention.gqa.kv-heads=16", "--vocabulary", "32000", "--keep", "parameters");
    assertTrue(other.out().contains("1,206,519,808"), other::out);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --keep flop                               | --keep must be one of parameters, non-embedding-parameters, flops, but is 'flop'; did you mean 'flops'?
      --free fnn                                | --free may name width, ffn, layers, but names 'fnn'; did you mean 'ffn'?
      --mismatch 2                              | --mismatch must be from 0% to 100%
      --vocabulary 0                            | --vocabulary must be at least 1
      --sequence-length 1                       | --sequence-length must be from 2
      --set attention.gqa.kv-head=1             | --set model.attention.gqa.kv-head=1: model.attention.gqa.kv-head is not a key; did you mean 'kv-heads'?
      --set atention.gqa.heads=1                | model.atention is not a key; did you mean 'attention'?
      --set curiculum.use=flat                  | curiculum is not a key; did you mean 'curriculum'?
      --set attention.gqa.kv-heads=3            | kv-heads = 3 does not divide heads = 8
      --set layers=40                           | has no solution within 1 %: the nearest is non-embedding parameters 1,116,288 →
      --set layers=3 --free layers              | model.layers is set here, but is also free to be solved
      """)
  void wrongInputIsOneSentence(String arguments, String sentence) throws Exception {
    var line = new ArrayList<>(List.of(arguments.split(" ")));
    if (!line.contains("--set")) line.addAll(List.of("--set", "attention.gqa.kv-heads=1"));
    var r = match("fox-pocket.conf", line.toArray(String[]::new));
    assertEquals(2, r.code(), r::toString);
    var said = r.err().lines().filter(l -> l.startsWith("vulpes: ")).toList();
    assertEquals(1, said.size(), r::err);
    assertTrue(said.getFirst().contains(sentence), r::err);
    assertFalse(r.err().contains("\tat ") || r.err().contains("withValue"), r::err);
    assertEquals("", r.out());
  }

  private Path study() throws IOException {
    Path file = folder.resolve("matched.conf");
    Files.writeString(file, """
        model { width = 32, layers = 2, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 64 }
        study {
          baseline = shared, seeds = 2, sample-tokens = 0
          arms {
            shared {}
            full { model.attention.gqa.kv-heads = 4, match = non-embedding-parameters }
            short { curriculum.flat { sequence-length = 32, batch-tokens = 128 } }
          }
        }
        tokenizer { use = bpe, bpe.vocabulary = 400, sample-bytes = 100000 }
        corpus { max-bytes = 60000, validation-bytes = 4000, packages.domains = [dictionary, speech] }
        curriculum.flat { sequence-length = 64, batch-tokens = 128 }
        training { tokens = 2560, evaluations = 1, evaluation-length = 64 }
        """);
    return file;
  }

  private Distribution.Result study(String verb, String... set) throws Exception {
    var line = new ArrayList<>(List.of(verb, study().toString(), "--set", "storage.runs=\"" + folder.resolve("runs") + "\"", "--set", "storage.cache=\"" + folder.resolve("cache") + "\""));
    for (String s : set) line.addAll(List.of("--set", s));
    return Served.run(line.toArray(String[]::new));
  }

  @Test
  void whatWasSolvedStandsInThePlanTheFilesAndTheReport() throws Exception {
    var run = study("run");
    assertEquals(0, run.code(), run::toString);
    // Two key/value heads of 8 more are 2·32·16 parameters a block: 10.67 units of an inner layer of three matrices, so 11 less leave 32 a block missing.
    String words = "non-embedding parameters 18,592 → 18,528 (-0.34 %), ffn 53";
    assertTrue(run.out().contains("matched: " + words), run::out);
    assertTrue(run.out().contains("(not matched)"), run::out);
    assertTrue(run.out().contains("matched to shared\nfull  " + words), run::out);
    Path study = folder.resolve("runs/matched");
    String plan = Files.readString(study.resolve("plan.json"));
    assertTrue(plan.contains("\"quantity\" : \"non-embedding-parameters\"") && plan.contains("\"ffn\" : 53"), plan);
    assertTrue(Files.readString(study.resolve("trials/full-s1/config.conf")).replaceAll("\\s", "").contains("width=53"), "solved values are the trial's");
    var again = Served.run("report", study.toString());
    assertTrue(again.out().contains("matched to shared\nfull  " + words), again::toString);
    String page = Files.readString(study.resolve("report.md"));
    assertTrue(page.contains("It is matched to shared: " + words + ".") && page.contains("| full | non-embedding |"), page);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      study.arms.full.match=paramters     | did you mean 'parameters'?
      study.arms.full.free=[fnn]          | did you mean 'ffn'?
      study.arms.shared.match=parameters  | cannot be given for the baseline
      study.arms.full.mismatch=0.1%       | has no solution within 0.1 %: the nearest is non-embedding parameters 18,592 → 18,528 (-0.34 %), ffn 53; free width or layers as well
      study.arms.full={ model.feedforward.gated.width = 80, match = parameters, free = [ffn] }   | model.feedforward.gated.width is set here, but is also free to be solved
      study.arms.full={ model.feedforward.use = plain, match = parameters, free = [layers] }     | has no solution within 1 %
      """)
  void aWrongMatchIsOneSentenceBeforeAnythingTrains(String set, String sentence) throws Exception {
    var r = study("run", set);
    assertEquals(2, r.code(), r::toString);
    assertTrue(r.err().lines().filter(l -> l.startsWith("vulpes: ")).toList().getLast().contains(sentence), r::err);
    assertFalse(Files.exists(folder.resolve("runs")), "nothing is written");
  }
}
