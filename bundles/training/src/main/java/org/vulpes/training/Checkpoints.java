package org.vulpes.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.vulpes.compute.DeviceLost;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.interchange.SafetensorsWriter;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Checkpoints of a run: {@code <step>/model.safetensors}, {@code optimizer.safetensors}, the {@code config.conf} and {@code tokenizer.json} with which these weights mean something, and {@code run.json}
 * with checksums of all. Written under a temporary name, forced to the disk, renamed: a folder whose name is a number is whole unless somebody altered it, which its checksums tell.
 */
final class Checkpoints {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).enable(SerializationFeature.INDENT_OUTPUT);
  private static final String MODEL = "model.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";
  /** What is trained beside or instead of the model's own tensors: the objective's, and LoRA's adapters. Only there when there is any. */
  private static final String ADAPTER = "adapter.safetensors";
  private static final String CONFIG = "config.conf";
  private static final String TOKENIZER = "tokenizer.json";
  private static final List<String> ALWAYS = List.of(MODEL, OPTIMIZER);
  /** There when there is something to be told; those that an older Vulpes left have no configuration and no tokenizer of their own. */
  private static final List<String> SOMETIMES = List.of(ADAPTER, CONFIG, TOKENIZER);
  static final String RUN = "run.json";
  private static final int MOST_STEPS_TOLD = 12;

  private final Path folder;
  private final int keep;

  Checkpoints(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * How a checkpoint's weights are read: a run may be given another tokenizer, or another model, while it goes on.
   *
   * @param config of the run's phase; what has taken slots over meanwhile stands in the checkpoint's {@link RunState#occupants}
   */
  record Legend(Config config, Tokenizer tokenizer) {}

  /** A whole checkpoint. @param sha256 of the model's tensors, hex */
  record Found(Path path, RunState state, String sha256) {
    /** Reads the tensors; names and shapes must be those of the run. With adapters the model below them is not read here: it never changes, and the file holds the merged one. */
    void load(ModelWeights weights, Tensors moments) {
      if (!weights.trainee().policy().adapted()) {
        try (var model = SafetensorsFile.open(path.resolve(MODEL))) {
          weights.policy().load(model);
        }
      }
      Tensors beside = beside(weights);
      if (!beside.names().isEmpty()) beside.load(path.resolve(ADAPTER));
      moments.load(path.resolve(OPTIMIZER));
    }

    Path model() {
      return path.resolve(MODEL);
    }

    Path moments() {
      return path.resolve(OPTIMIZER);
    }

    /** The file of the configuration under which it was left. @param run whose folder has the one for checkpoints that have none of their own */
    Path config(Path run) {
      return own(CONFIG, run);
    }

    /** The same of the tokenizer with which it was trained. */
    Path tokenizer(Path run) {
      return own(TOKENIZER, run);
    }

    private Path own(String name, Path run) {
      return Files.exists(path.resolve(name)) ? path.resolve(name) : run.resolve(name);
    }

    /** What is trained and no tensor of the plain model; the file need not be there. */
    Path adapters() {
      return path.resolve(ADAPTER);
    }
  }

  /** What is trained and no tensor of the plain model. */
  private static Tensors beside(ModelWeights weights) {
    var out = new Tensors("what is trained beside the model");
    var buffers = weights.trained();
    boolean adapted = weights.trainee().policy().adapted();
    for (Parameter p : weights.trainee().trained()) {
      if (adapted || weights.trainee().own().contains(p)) out.put(p.name(), p, buffers.get(p.name()));
    }
    return out;
  }

  /** Whether there is one. */
  boolean any() {
    return !steps().isEmpty();
  }

  /** Steps of the checkpoints on disk, oldest first. */
  private List<Long> steps() {
    if (!Files.isDirectory(folder)) return List.of();
    try (var all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString()).filter(n -> n.matches("\\d{1,18}")).map(Long::parseLong).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  /** The newest checkpoint, or null. @throws InvalidInput when it was altered or damaged: it says which to delete to resume from an older one */
  Found newest() {
    var steps = steps();
    if (steps.isEmpty()) return null;
    return read(folder.resolve(Long.toString(steps.getLast())), steps);
  }

  /** The checkpoint of this step. @throws InvalidInput when there is none, or it is damaged */
  Found at(long step) {
    var steps = steps();
    if (!steps.contains(step)) {
      throw new InvalidInput(folder + " holds no checkpoint of step " + step + (steps.isEmpty() ? ", nor any other; let the run go on until it has written one."
          : "; " + told(steps, step) + " (training.keep-checkpoints and training.checkpoint-every say which stay)."));
    }
    return read(folder.resolve(Long.toString(step)), steps);
  }

  /** The steps of checkpoints in words; where they are many, the nearest ones to the one that is not there. */
  private static String told(List<Long> steps, long wanted) {
    if (steps.size() <= MOST_STEPS_TOLD) return "those that are there are of the steps " + String.join(", ", steps.stream().map(String::valueOf).toList());
    var nearest = Stream.concat(steps.stream().filter(s -> s < wanted).reduce((a, b) -> b).stream(), steps.stream().filter(s -> s > wanted).findFirst().stream());
    return "there are " + steps.size() + ", from step " + steps.getFirst() + " to " + steps.getLast() + ", the nearest of step " + String.join(" and ", nearest.map(String::valueOf).toList());
  }

  /** A checkpoint that lies elsewhere than among those of its run. */
  static Found read(Path path) {
    return new Checkpoints(path.toAbsolutePath().getParent(), 1).read(path, List.of());
  }

  private Found read(Path path, List<Long> steps) {
    try {
      String text = Files.readString(path.resolve(RUN));
      if (!Seal.intact(text)) throw damaged(path, RUN + " does not have the checksum that it tells", steps);
      JsonNode run = JSON.readTree(text);
      var names = new ArrayList<>(ALWAYS);
      for (String name : SOMETIMES) if (Files.exists(path.resolve(name)) || run.path("files").has(name)) names.add(name);
      for (String name : names) {
        String said = run.path("files").path(name).path("sha256").asText();
        if (!said.equals(sha256(path.resolve(name)))) throw damaged(path, name + " does not have the checksum that run.json tells", steps);
      }
      return new Found(path, state(run), run.path("files").path(MODEL).path("sha256").asText());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw damaged(path, "run.json cannot be read", steps);
    } catch (CharacterCodingException e) {
      throw damaged(path, RUN + " is not text", steps);
    } catch (NoSuchFileException e) {
      throw damaged(path, Path.of(e.getFile()).getFileName() + " is missing", steps);
    } catch (IOException e) {
      throw damaged(path, e.getMessage(), steps);
    }
  }

  private InvalidInput damaged(Path path, String what, List<Long> steps) {
    return new InvalidInput("The checkpoint " + path + " is damaged: " + what + "; delete that folder to "
        + (steps.size() > 1 && path.getFileName().toString().equals(Long.toString(steps.getLast())) ? "resume from step " + steps.get(steps.size() - 2) : "start the run again") + ".");
  }

  private static RunState state(JsonNode run) {
    var slots = new TreeMap<String, Snapshot>();
    run.path("slots").properties().forEach(e -> slots.put(e.getKey(), snapshot(e.getValue())));
    if (!run.path("step").isIntegralNumber() || !run.path("tokens").isIntegralNumber()) throw new IllegalArgumentException("no step");
    var moments = new TreeMap<String, Long>();
    run.path("moments").properties().forEach(e -> moments.put(e.getKey(), e.getValue().asLong()));
    var occupants = new ArrayList<Occupant>();
    for (JsonNode o : run.path("occupants")) {
      occupants.add(new Occupant(o.path("slot").asText(), o.path("kind").asText(), o.path("use").asText(), o.path("bundle").asText(), o.path("version").asText(), o.path("sha256").asText(),
          o.path("options").asText(), o.path("since").asLong()));
    }
    var swaps = new ArrayList<Integer>();
    for (JsonNode i : run.path("swaps")) swaps.add(i.asInt());
    return new RunState(run.path("step").asLong(), run.path("tokens").asLong(), run.path("bytes").asLong(), run.path("loss").asDouble(Double.NaN),
        run.path("seconds").asDouble(), run.path("flops").asDouble(), run.path("config").asText(), run.path("device").asText(), slots, moments, occupants, swaps);
  }

  @SuppressWarnings("unchecked")
  private static Snapshot snapshot(JsonNode n) {
    return new Snapshot(n.path("schema").asText(), n.path("version").asInt(), JSON.convertValue(n.path("values"), TreeMap.class));
  }

  /** Writes a checkpoint, unless there is one of this step, then deletes the oldest ones beyond those to keep. @return checksums of its files; empty when it was there */
  Map<String, Object> write(RunState state, Legend legend, ModelWeights weights, Tensors moments) {
    if (Files.exists(folder.resolve(Long.toString(state.step())))) return Map.of();
    return replace(state, legend, weights.policy().merged(weights.trainee().policy()), moments, beside(weights), () -> { });
  }

  /**
   * Writes a checkpoint in the place of the one of this step. A kill in between leaves the checkpoints before it.
   *
   * @param beside what is trained and no tensor of the plain model
   * @param whole called when all of it is written, just before it takes its place
   * @return checksum and size of each file
   */
  Map<String, Object> replace(RunState state, Legend legend, TensorSource model, TensorSource moments, TensorSource beside, Runnable whole) {
    Path place = folder.resolve(Long.toString(state.step()));
    Path temporary = folder.resolve(".tmp-" + state.step());
    var files = new TreeMap<String, Object>();
    try {
      Durable.discard(temporary);
      Files.createDirectories(temporary);
      SafetensorsWriter.write(temporary.resolve(MODEL), model, Map.of("format", "pt", "step", Long.toString(state.step())));
      SafetensorsWriter.write(temporary.resolve(OPTIMIZER), moments, Map.of("step", Long.toString(state.step())));
      if (!beside.names().isEmpty()) SafetensorsWriter.write(temporary.resolve(ADAPTER), beside, Map.of("format", "pt", "step", Long.toString(state.step())));
      Durable.write(temporary.resolve(CONFIG), RunConfig.render(legend.config()));
      legend.tokenizer().save(temporary.resolve(TOKENIZER));
      try (var all = Files.list(temporary)) {
        for (Path p : all.toList()) files.put(p.getFileName().toString(), Map.of("sha256", sha256(p), "bytes", Files.size(p)));
      }
      var slots = new TreeMap<String, Object>();
      state.slots().forEach((name, s) -> slots.put(name, Map.of("schema", s.schema(), "version", s.version(), "values", s.values())));
      var run = new TreeMap<String, Object>();
      run.put("step", state.step());
      run.put("tokens", state.tokens());
      run.put("bytes", state.bytes());
      run.put("loss", Double.isNaN(state.loss()) ? null : state.loss());
      run.put("seconds", state.seconds());
      run.put("flops", state.flops());
      run.put("config", state.configHash());
      run.put("device", state.device());
      run.put("slots", slots);
      run.put("moments", state.moments());
      run.put("occupants", state.occupants().stream().map(o -> new TreeMap<>(Map.of("slot", o.slot(), "kind", o.kind(), "use", o.use(), "bundle", o.bundle(), "version", o.version(), "sha256",
          o.sha256(), "options", o.options(), "since", o.since()))).toList());
      run.put("swaps", state.swaps());
      run.put("files", files);
      run.put(Seal.FIELD, Seal.BLANK);
      Durable.write(temporary.resolve(RUN), Seal.close(JSON.writeValueAsString(run) + "\n"));
      Durable.force(temporary);
      whole.run();
      Path before = folder.resolve(".old-" + state.step());
      if (Files.exists(place)) Files.move(place, before, StandardCopyOption.ATOMIC_MOVE);
      Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE);
      Durable.force(folder);
      Durable.discard(before);
    } catch (IOException e) {
      Durable.discard(temporary);
      throw Durable.failure(place, e);
    } catch (InvalidInput e) {
      Durable.discard(temporary);
      throw e.getCause() instanceof IOException failed ? Durable.failure(place, failed) : e;
    } catch (DeviceLost e) {
      Durable.discard(temporary);
      throw e;
    }
    var steps = steps();
    for (int i = 0; i < steps.size() - keep; i++) {
      // Renamed first: a kill in the middle of the deletion must not leave half a folder under a number.
      Path old = folder.resolve(Long.toString(steps.get(i)));
      Path gone = folder.resolve(".old-" + steps.get(i));
      try {
        Files.move(old, gone, StandardCopyOption.ATOMIC_MOVE);
        Durable.discard(gone);
      } catch (IOException e) {
        // An old checkpoint too many harms nobody.
      }
    }
    return files;
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      try (var through = new DigestInputStream(in, digest)) {
        var buffer = new byte[1 << 20];
        while (through.read(buffer) >= 0) {
          // The digest reads along.
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
