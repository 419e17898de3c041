package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Studies through the real distribution, as a person runs them. */
class StudyIT {
  private static final Path ROOT = Path.of(System.getProperty("vulpes.bundles")).resolve("..").toAbsolutePath().normalize();

  @TempDir Path folder;
  private Studies studies;

  @BeforeEach
  void inItsFolder() {
    studies = new Studies(folder);
  }

  private Distribution.Result vulpes(String... arguments) throws Exception {
    return Served.run(studies.line(folder.resolve("runs"), arguments).toArray(String[]::new));
  }

  @Test
  void interruptLeavesACheckpointAndTheSameCommandGoesOn() throws Exception {
    Path file = studies.small();
    Process p = studies.start(folder.resolve("runs"), "run", file.toString(), "--set", "training.tokens=4000000");
    Path trial = folder.resolve("runs/small/trials/shared-s1/metrics.jsonl");
    for (int i = 0; i < 600 && !(Files.exists(trial) && Files.size(trial) > 2000); i++) Thread.sleep(50);
    new ProcessBuilder("kill", "-INT", Long.toString(p.pid())).start().waitFor();
    Distribution.Result e = studies.ended(p);
    assertEquals(130, e.code(), e::err);
    assertTrue(e.err().contains("The same command goes on from here"), e::err);
    assertTrue(Studies.weights(folder.resolve("runs/small/trials/shared-s1")).length > 0);
    Distribution.Result status = vulpes("status", folder.resolve("runs/small").toString());
    assertTrue(status.out().contains("0 of 4 trials ended"), status::out);
  }

  @Test
  void interruptWhileTextIsPreparedEndsAtOnce() throws Exception {
    Process p = studies.start(folder.resolve("runs"), "run", studies.small().toString(), "--set", "corpus.max-bytes=2000000", "--set", "tokenizer.sample-bytes=3000000", "--set", "tokenizer.bpe.vocabulary=16000");
    for (int i = 0; i < 600 && !Files.readString(folder.resolve("err")).contains("training a tokenizer"); i++) Thread.sleep(20);
    new ProcessBuilder("kill", "-INT", Long.toString(p.pid())).start().waitFor();
    Distribution.Result e = studies.ended(p);
    assertEquals(130, e.code(), e::err);
    assertTrue(e.err().lines().anyMatch(l -> l.contains("Stopped before anything was trained; the same command goes on from here.")), e::err);
    assertFalse(e.err().contains("did not end within"), e::err);
    assertFalse(Files.exists(folder.resolve("runs")), "nothing is written");
  }

  @Test
  void trialsOnOtherTextAreNoResultsOfThisStudy() throws Exception {
    Path text = Files.createDirectories(folder.resolve("text"));
    for (int i = 0; i < 200; i++) Files.writeString(text.resolve("d" + i + ".txt"), "Document " + i + " tells of " + "the fox and the hen, ".repeat(1 + i % 7) + "and ends.");
    String[] run = {"run", studies.small().toString(), "--set", "corpus.use=files", "--set", "corpus.files.domains.tales=\"" + text + "\"", "--set", "corpus.validation-bytes=1000", "--set",
        "tokenizer.bpe.vocabulary=300", "--set", "training.tokens=3000"};
    assertEquals(0, vulpes(run).code());
    Files.writeString(text.resolve("more.txt"), "Another document, which nobody had read before the second command was given.");
    Distribution.Result again = vulpes(run);
    assertEquals(2, again.code(), again::err);
    assertTrue(again.err().contains("Exploratory: ") && again.err().contains("The text was changed."), again::err);
    assertTrue(again.err().lines().anyMatch(l -> l.startsWith("vulpes: ") && l.contains("holds a run of another configuration, seed or corpus")), again::err);
  }

  @Test
  void shortenedQuickstartEndsInAReport() throws Exception {
    Distribution.Result run = studies.ended(studies.start(folder.resolve("runs"), "run", ROOT.resolve("experiments/quickstart.conf").toString(), "--set", "study.seeds=2", "--set", "training.tokens=4000",
        "--set", "corpus.max-bytes=100000", "--set", "corpus.validation-bytes=6000", "--set", "tokenizer.sample-bytes=100000", "--set", "tokenizer.bpe.vocabulary=512"));
    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().contains("What 2 seeds can detect") && run.out().contains("gzip -9") && run.out().contains("byte 5-gram") && run.out().contains("Sample"), run::out);
    Path study = folder.resolve("runs/quickstart");
    assertEquals(10, Files.readAllLines(study.resolve("results.jsonl")).size());
    String report = Files.readString(study.resolve("report.md"));
    assertTrue(report.contains("full-kv") && report.contains("shallow") && report.contains("non-embedding parameters") && report.contains(".svg"), report);
    String html = Files.readString(study.resolve("report.html"));
    assertTrue(html.contains("Every paired difference</h2>") && html.contains("<svg class=\"drawing") && html.contains("org.vulpes.model.attention"), html.substring(0, 5000));
    assertTrue(html.contains(" MiB</td>"), "what the device held at most");
    Distribution.Result again = vulpes("report", study.toString());
    assertEquals(0, again.code(), again::err);
    assertEquals(Studies.table(run.out()).subList(0, 6), Studies.table(again.out()).subList(0, 6));
    String trial = study.resolve("trials/fox-s1").toString();
    Distribution.Result one = vulpes("generate", trial, "--prompt", "The ", "--tokens", "12", "--seed", "5");
    Distribution.Result two = vulpes("generate", trial, "--prompt", "The ", "--tokens", "12", "--seed", "5");
    assertEquals(0, one.code(), one::err);
    assertTrue(one.out().startsWith("The "), one::out);
    assertEquals(one.out(), two.out());
    Distribution.Result doctor = vulpes("doctor");
    assertEquals(0, doctor.code(), doctor::out);
    for (String what : List.of("JDK", "compiler", "SIMD", "jvm", "reference", "cores", "memory", "runs", "cache", "text", "OpenCL")) {
      assertTrue(doctor.out().lines().anyMatch(l -> l.matches("(ok|no) +" + what + " +\\S.*")), what + " in " + doctor.out());
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      model.attention.gqa.kv-head=2   | did you mean 'kv-heads'
      model.attention.gqa.kv-heads=3  | kv-heads
      model.attention.gqa.head-dim=7  | must be even
      model.width=wide                | model.width
      model.layers=0                  | model.layers
      study.seeds=1                   | study.seeds
      study.baseline=sharde           | did you mean 'shared'
      study.smallest-effect=0         | study.smallest-effect
      study.arms.full={ model.attention.gqa.kv-heads = 2 } | changes nothing
      study.arms.full.training.metric-weights.speech=2 | study.arms.full.training.metric-weights measures 'full' otherwise than the baseline 'shared'
      study.arms.full.training.evaluation-length=32 | study.arms.full.training.evaluation-length measures 'full' otherwise
      study.arms.full.training.seed=7 | study.arms.full.training.seed belongs to the whole study
      study.arms.full.storage.runs=x  | study.arms.full.storage belongs to the whole study
      study.arms.full.corpus.validation-bytes=9000 | study.arms.full changes the text that arms are judged on
      study.seeds=[1, -3]             | study.seeds must hold whole numbers from 0
      curriculum.staged.stages=[{ name = a, until = 100%, sequence-length = 64, batch-tokens = 65536 }] | asks for batches of 65536 tokens, more than the whole budget of training.tokens = 60000
      training.tokens=1e30            | training.tokens must be
      corpus.packages.jdk-sources="a\\u0000b" | corpus.packages.jdk-sources is no path
      optimizer.use=adamv             | did you mean 'adamw'
      corpus.packages.domains=[speach] | did you mean 'speech'
      device.use=cuda                 | device
      garbage                         | --set garbage
      """)
  void wrongInputGetsOneSentenceAndLeavesNothing(String set, String part) throws Exception {
    Distribution.Result e = vulpes("run", studies.small().toString(), "--set", set);
    assertEquals(2, e.code(), e::err);
    var said = e.err().lines().filter(l -> l.startsWith("vulpes: ")).toList();
    assertEquals(1, said.size(), e::err);
    assertTrue(said.getFirst().contains(part), e::err);
    assertFalse(e.err().contains("\tat "), e::err);
    assertFalse(Files.exists(folder.resolve("runs")), "nothing is written");
  }
}
