package org.vulpes.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.vulpes.cli.machine.Machine;
import org.vulpes.slot.InvalidInput;

/** The process of PyTorch, or of libtorch without Python. It is gone when this is closed, with whatever it started; should this JVM be killed, it notices and ends by itself. */
public final class Peer implements AutoCloseable {
  /** torch.compile of a large model takes a minute or two. */
  private static final long MOST_SECONDS = 1200;
  private static final String VARIABLE = "VULPES_PEER_PYTHON";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "";

  private final Process process;
  private final Writer requests;
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final BooleanSupplier stop;
  private JsonNode settings;

  /** @param absence why there is none, as a sentence; null when there is one */
  public record Search(Peer peer, String absence) {}

  /** A request that the peer could not fulfil, with what it says. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  private Peer(Process process, BooleanSupplier stop) {
    this.process = process;
    this.stop = stop;
    requests = process.outputWriter();
    Thread.ofPlatform().daemon().name("vulpes-peer").start(() -> listen(process.inputReader()));
  }

  private void listen(BufferedReader in) {
    try (in) {
      for (String line; (line = in.readLine()) != null; ) answers.add(line);
    } catch (IOException e) {
      // The process was killed: the same as its end.
    }
    answers.add(END);
  }

  /**
   * Starts the peer with the first of: the Python given, $VULPES_PEER_PYTHON, python3 on the path.
   *
   * @param python null: not given
   * @throws InvalidInput when a Python that was named cannot be used
   */
  public static Search find(Path python, Path script, int threads, BooleanSupplier stop) {
    String variable = System.getenv(VARIABLE);
    boolean named = python != null || variable != null && !variable.isBlank();
    String program = python != null ? python.toString() : named ? variable : "python3";
    String source = python != null ? "--peer-python" : "$" + VARIABLE;
    if (named && !Files.isExecutable(Path.of(program))) {
      throw new InvalidInput(source + " names " + program + ", which is no program; give the python of an environment with PyTorch.");
    }
    String install = "to compare, install PyTorch (python3 -m venv peer && peer/bin/pip install torch) and give --peer-python peer/bin/python; without Python, see --peer-libtorch";
    Peer peer = null;
    try {
      var builder = new ProcessBuilder(program, script.toString()).redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("VULPES_PEER_THREADS", Integer.toString(threads));
      peer = new Peer(builder.start(), stop);
      JsonNode hello = peer.ask(Map.of("do", "hello", "threads", threads));
      if (!hello.has("missing")) {
        peer.settings = hello;
        return new Search(peer, null);
      }
      peer.close();
      if (named) throw new InvalidInput(source + ": " + hello.get("missing").asText() + "; give the python of an environment with PyTorch.");
      return new Search(null, "No peer: " + hello.get("missing").asText() + "; " + install + ".");
    } catch (Failed | IOException e) {
      if (peer != null) peer.close();
      if (named) throw new InvalidInput(source + ": " + program + " cannot be used (" + e.getMessage() + ").", e);
      return new Search(null, "No peer: python3 cannot be used (" + e.getMessage() + "); " + install + ".");
    } catch (RuntimeException e) {
      if (peer != null) peer.close();
      throw e;
    }
  }

  /**
   * Starts libtorch, which a JVM of its own drives: for those without Python.
   *
   * @param folder what experiments/benchmarks/libtorch builds
   * @throws InvalidInput when it is not that, or does not run here
   */
  public static Search libtorch(Path folder, int threads, BooleanSupplier stop) {
    String wrong = "--peer-libtorch " + folder;
    if (!Files.isDirectory(folder)) throw new InvalidInput(wrong + " is no folder; build it (mvn -f experiments/benchmarks/libtorch package) and give experiments/benchmarks/libtorch/target/peer.");
    var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
        "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("natives"), "-cp", folder.resolve("*") + File.pathSeparator + folder.resolve("classes"), "org.vulpes.benchmarks.libtorch.Main").redirectError(ProcessBuilder.Redirect.DISCARD);
    // Read when the libraries are loaded. Left to itself OpenBLAS takes some AVX-512 processors for old ones and is five times slower.
    for (String variable : List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")) builder.environment().putIfAbsent(variable, Integer.toString(threads));
    if (Machine.here().instructions().equals("AVX-512")) builder.environment().putIfAbsent("OPENBLAS_CORETYPE", "SkylakeX");
    Peer peer = null;
    try {
      peer = new Peer(builder.start(), stop);
      peer.settings = peer.ask(Map.of("do", "hello", "threads", threads));
      return new Search(peer, null);
    } catch (Failed | IOException e) {
      if (peer != null) peer.close();
      throw new InvalidInput(wrong + " cannot be used: " + e.getMessage() + "; build it anew with mvn -f experiments/benchmarks/libtorch package.", e);
    } catch (RuntimeException e) {
      if (peer != null) peer.close();
      throw e;
    }
  }

  /** Versions and settings that it runs with. */
  public JsonNode settings() {
    return settings;
  }

  /** Whether it multiplies with MKL. */
  boolean mkl() {
    return settings.path("mkl").asBoolean(true);
  }

  /** Name and settings of its OpenBLAS, when it found one. */
  Optional<String> openBlas() {
    return Optional.ofNullable(settings.path("openblas").textValue());
  }

  /** Asks and waits. @throws Failed when it answers with an error, ends, or takes too long @throws Stopped on Ctrl-C */
  JsonNode ask(Map<String, ?> request) {
    try {
      requests.write(JSON.writeValueAsString(new TreeMap<>(request)) + "\n");
      requests.flush();
    } catch (IOException e) {
      // It has ended; what it said before, or its end, is the answer.
    }
    try {
      for (long end = System.nanoTime() + MOST_SECONDS * 1_000_000_000L; System.nanoTime() < end; ) {
        if (stop.getAsBoolean()) throw new Stopped();
        String line = answers.poll(100, TimeUnit.MILLISECONDS);
        if (line == null) continue;
        if (line.equals(END)) {
          answers.add(END);
          throw new Failed("it ended" + (process.waitFor(5, TimeUnit.SECONDS) ? " with exit code " + process.exitValue() : ""));
        }
        JsonNode answer = JSON.readTree(line);
        if (answer.has("error")) throw new Failed(answer.get("error").asText());
        return answer;
      }
      throw new Failed("it has not answered for " + MOST_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopped();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("the peer's answer is no JSON", e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      requests.close();
    } catch (IOException e) {
      // Nobody reads it any more.
    }
  }
}
