package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vulpes bench} with the real bundles and a peer made of shell, on a model so small that no time is measured in earnest. */
class BenchIT {
  /** width 32, one layer: 2·32² + 2·8·32 + 3·32·64 + 300·32 matrix elements and 3·32 of norms. */
  private static final int PARAMETERS = 2048 + 512 + 6144 + 9600 + 96;
  @TempDir Path folder;

  @Test
  void oursAloneIsMeasuredWithoutAPeer() throws Exception {
    var r = bench("--peer-modes", "none", "--gemm", "--shapes", shape().toString());
    assertEquals(0, r.code(), r::toString);
    assertTrue(r.out().lines().anyMatch(l -> l.matches("machine +\\S.*fused multiply-adds reach \\d+ GFLOP/s")), r::out);
    assertTrue(r.out().contains("\npeer     No peer was asked for (--peer-modes none).\n"), r::out);
    assertTrue(r.out().lines().anyMatch(l -> l.matches("tiny +18,400 +[0-9,]+ \\[[0-9,]+, [0-9,]+] +\\d+ % +[0-9.]+ x")), r::out);
    assertEquals(12, r.out().lines().filter(l -> l.matches("tiny .* (NT|NN|TN) +\\d+ × \\d+ × \\d+ .*%")).count(), r::out);
  }

  @Test
  void thePeersFiguresStandBesideOursAndItsProcessIsGone() throws Exception {
    Path peer = peer("""
        *'"steps"'*) echo '{"seconds":[0.5,0.5,0.5],"loss":5}' ;;
        """);
    var r = bench("--peer-python", peer.toString(), "--shapes", shape().toString());
    assertEquals(0, r.code(), r::toString);
    assertTrue(r.out().contains("PyTorch 9.9 on Python 3, 1 threads"), r::out);
    // 32 tokens a step, of half a second each; three are reported whatever is asked.
    assertTrue(r.out().lines().anyMatch(l -> l.matches("tiny +18,400 .* \\[[0-9.]+, [0-9.]+].*")), r::out);
    assertFalse(r.out().contains("the peer failed"), r::out);
    gone();
  }

  @Test
  void aPeerThatFailsIsToldAndOursIsStillPrinted() throws Exception {
    var failing = bench("--peer-python", peer("*'\"steps\"'*) echo '{\"error\":\"no compiler\"}' ;;\n").toString(), "--shapes", shape().toString());
    assertEquals(0, failing.code(), failing::toString);
    assertTrue(failing.out().contains("tiny, eager: the peer failed: no compiler"), failing::out);
    var dying = bench("--peer-python", peer("*'\"steps\"'*) exit 3 ;;\n").toString(), "--shapes", shape().toString());
    assertEquals(0, dying.code(), dying::toString);
    assertTrue(dying.out().contains("tiny, compiled: the peer failed: it ended with exit code 3"), dying::out);
    gone();
  }

  @Test
  void aTerminatedBenchTakesItsPeerWithIt() throws Exception {
    Path peer = peer("*'\"steps\"'*) sleep 600 ;;\n");
    Process p = Distribution.built().command(line("--peer-python", peer.toString(), "--shapes", shape().toString())).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile()).start();
    try {
      for (int i = 0; i < 600 && !Files.exists(folder.resolve("waiting")); i++) Thread.sleep(100);
      assertTrue(Files.exists(folder.resolve("waiting")), () -> read(folder.resolve("out")));
      p.destroy();
      assertTrue(p.waitFor(30, TimeUnit.SECONDS));
      gone();
    } finally {
      p.destroyForcibly();
    }
  }

  @Test
  void wrongInputGetsOneSentence() throws Exception {
    says("Shapes are big-head, pocket-1M, pocket-31M, pocket-8M and configurations (*.conf), but there is no 'pocket-9M'; did you mean 'pocket-1M'?", "--shapes", "pocket-9M");
    says("--peer-python names /nowhere/python, which is no program; give the python of an environment with PyTorch.", "--peer-python", "/nowhere/python");
    says("--peer-modes takes eager, compiled or both, or none alone, but has 'compile'; did you mean 'compiled'?", "--peer-modes", "compile");
    says("--no-training leaves nothing to measure; add --gemm.", "--no-training");
    says("--set model.embedding.use=untied: model.embedding.use must be tied in a benchmark, as the peer's model has nothing else.", "--set", "model.embedding.use=untied");
    var missing = bench("--peer-python", script("echo '{\"missing\":\"this python has no PyTorch\"}'").toString());
    assertEquals(2, missing.code(), missing::toString);
    assertTrue(missing.err().contains("vulpes: --peer-python: this python has no PyTorch; give the python of an environment with PyTorch.\n"), missing::err);
  }

  private void says(String sentence, String... arguments) throws Exception {
    var r = bench(arguments);
    assertEquals(2, r.code(), r::toString);
    assertTrue(r.err().contains("vulpes: " + sentence + "\n"), r::err);
  }

  private String[] line(String... arguments) {
    var line = new ArrayList<>(List.of("bench", "--threads", "1", "--rounds", "1", "--seconds", "0.01", "--warm-up", "0"));
    line.addAll(List.of(arguments));
    return line.toArray(String[]::new);
  }

  private Distribution.Result bench(String... arguments) throws Exception {
    return Served.run(line(arguments));
  }

  private Path shape() throws IOException {
    return Files.writeString(folder.resolve("tiny.conf"), """
        model { width = 32, layers = 1, attention.gqa { heads = 4, kv-heads = 1 }, feedforward.gated.width = 64 }
        tokenizer.bpe.vocabulary = 300
        curriculum { use = flat, flat { sequence-length = 16, batch-tokens = 32 } }
        training.micro-batch-tokens = 32
        """);
  }

  /** A peer that answers as the protocol says; {@code steps} is a case of its own. */
  private Path peer(String steps) throws IOException {
    return script("""
        echo $$ >> "%s/pids"
        while read -r line; do
          case $line in
            *'"hello"'*) echo '{"torch":"9.9","python":"3","threads":1,"blas":"MKL","simd":"AVX2","openblas":null,"environment":{}}' ;;
            *'"open"'*) echo '{"parameters":%d,"seconds":[1]}' ; touch "%s/waiting" ;;
            *'"close"'*) echo '{}' ;;
            %s
          esac
        done
        """.formatted(folder, PARAMETERS, folder, steps.strip()));
  }

  private Path script(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("python"), "#!/bin/sh\n" + text);
    assertTrue(file.toFile().setExecutable(true));
    return file;
  }

  /** The peer's process, and what it started, run no more. */
  private void gone() throws Exception {
    for (String pid : Files.readAllLines(folder.resolve("pids"))) {
      for (int i = 0; i < 100 && running(Long.parseLong(pid)); i++) Thread.sleep(50);
      assertFalse(running(Long.parseLong(pid)), "peer " + pid + " still runs");
    }
  }

  private static boolean running(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
