package org.vulpes.benchmarks.libtorch;

import static org.bytedeco.pytorch.global.torch.get_num_threads;
import static org.bytedeco.pytorch.global.torch.set_num_threads;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Libtorch, driven from Java, as a peer of {@code vulpes bench}: one request a line of JSON, one answer a line, as peers/torch_peer.py. Trains eagerly; from C++ there is no torch.compile. */
public final class Main {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Training> OPEN = new HashMap<>();

  private Main() {}

  public static void main(String[] none) throws IOException {
    ProcessHandle.current().parent().ifPresent(p -> p.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
    PrintStream answers = System.out;
    // Libraries that talk must not be taken for answers.
    System.setOut(System.err);
    var requests = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = requests.readLine()) != null; ) {
      Map<String, Object> answer;
      try {
        answer = answer(JSON.readTree(line));
      } catch (RuntimeException | LinkageError e) {
        answer = Map.of("error", String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString()));
      }
      answers.println(JSON.writeValueAsString(answer));
      answers.flush();
    }
    System.exit(0);
  }

  private static Map<String, Object> answer(JsonNode request) {
    String name = request.path("name").asText();
    return switch (request.get("do").asText()) {
      case "hello" -> hello(request.get("threads").asInt());
      case "open" -> {
        if (!request.path("compile").asText().isEmpty()) throw new IllegalArgumentException("libtorch has no torch.compile; use --peer-modes eager");
        OPEN.put(name, new Training(request));
        yield Map.of("parameters", OPEN.get(name).count(), "seconds", List.of(OPEN.get(name).step()));
      }
      case "steps" -> Map.of("seconds", IntStream.range(0, request.get("count").asInt()).mapToObj(_ -> OPEN.get(name).step()).toList());
      case "gemm" -> Map.of("seconds", Product.seconds(request));
      case "close" -> {
        OPEN.remove(name);
        System.gc();
        yield Map.of();
      }
      default -> throw new IllegalArgumentException("no such request: " + request);
    };
  }

  private static Map<String, Object> hello(int threads) {
    set_num_threads(threads);
    var environment = new TreeMap<String, String>();
    System.getenv().forEach((k, v) -> {
      if (k.matches("(OMP|GOMP|KMP|MKL|OPENBLAS)_.*")) environment.put(k, v);
    });
    String blas = "OpenBLAS 0.3.31 (OPENBLAS_CORETYPE=" + environment.getOrDefault("OPENBLAS_CORETYPE", "detected") + ")";
    return Map.of("libtorch", "2.10.0", "threads", get_num_threads(), "blas", blas, "mkl", false, "openblas", blas, "environment", environment);
  }
}
