package org.vulpes.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A folder in which a test runs studies, each command as a process of its own. */
record Studies(Path folder) {

  List<String> line(Path runs, String... arguments) {
    var line = new ArrayList<>(List.of(arguments));
    if (arguments[0].equals("run") || arguments[0].equals("plan")) {
      line.addAll(List.of("--set", "storage.runs=\"" + runs + "\"", "--set", "storage.cache=\"" + folder.resolve("cache") + "\""));
    }
    return line;
  }

  Process start(Path runs, String... arguments) throws IOException {
    return Distribution.built().command(line(runs, arguments).toArray(String[]::new)).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile()).start();
  }

  Distribution.Result ended(Process p) throws Exception {
    if (!p.waitFor(300, TimeUnit.SECONDS)) {
      p.destroyForcibly();
      throw new AssertionError("did not end: " + Files.readString(folder.resolve("err")));
    }
    return new Distribution.Result(p.exitValue(), Files.readString(folder.resolve("out")), Files.readString(folder.resolve("err")));
  }

  /** A study of four trials that takes a few seconds. */
  Path small() throws IOException {
    return small(60000);
  }

  /** The same of trials of so many tokens. */
  Path small(int tokens) throws IOException {
    Path file = folder.resolve("small.conf");
    Files.writeString(file, """
        model { width = 32, layers = 2, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 64 }
        study { question = "Does it resume?", baseline = shared, seeds = 2, arms { shared {}, full { model.attention.gqa.kv-heads = 4 } }, sample-tokens = 8 }
        tokenizer { use = bpe, bpe.vocabulary = 400, sample-bytes = 100000 }
        corpus { max-bytes = 60000, validation-bytes = 4000, packages.domains = [dictionary, speech] }
        curriculum { use = staged, staged.stages = [
          { name = short, until = 50%%, sequence-length = 32, batch-tokens = 128 }
          { name = long, until = 100%%, sequence-length = 64, batch-tokens = 256 } ] }
        training { tokens = %d, checkpoint-every = 10, evaluations = 3, evaluation-length = 64 }
        """.formatted(tokens));
    return file;
  }

  static byte[] weights(Path trial) throws IOException {
    try (var all = Files.list(trial.resolve("checkpoints"))) {
      Path last = all.filter(p -> p.getFileName().toString().matches("\\d+")).max((a, b) -> Long.compare(Long.parseLong(a.getFileName().toString()), Long.parseLong(b.getFileName().toString()))).orElseThrow();
      return Files.readAllBytes(last.resolve("model.safetensors"));
    }
  }

  /** The verdict table: from its head on, without the report's path. */
  static List<String> table(String out) {
    return out.lines().dropWhile(l -> !l.startsWith("arm ")).filter(l -> !l.startsWith("Report")).toList();
  }
}
