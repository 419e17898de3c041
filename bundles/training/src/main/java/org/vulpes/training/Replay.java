package org.vulpes.training;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;

/** Trains a run again out of what its folder holds, swaps, changes and surgery included, and holds what comes out against what came out then, bit for bit. */
public final class Replay {
  private static final String FOLDER = ".replay";
  /** Of a step, and of an evaluation; times are not compared. */
  private static final List<String> COMPARED = List.of("step", "tokens", "loss", "learning-rate", "gradient-norm", "sequence-length", "batch-tokens", "bits-per-byte", "domains");

  private final PastRun run;
  private final Texts texts;
  private final Catalogue catalogue;
  private final long last;
  private final String model;
  private final Optional<Path> origin;

  /**
   * What came of it.
   *
   * @param from step at which it began: 0, or where the run was forked
   * @param difference the first one, in words; empty when there is none
   * @param sha256 of the weights at the last step
   */
  public record Result(long from, long steps, String difference, String sha256) {
    public boolean equal() {
      return difference.isEmpty();
    }
  }

  private Replay(PastRun run, Texts texts, Catalogue catalogue, Checkpoints.Found newest, Optional<Path> origin) {
    this.run = run;
    this.texts = texts;
    this.catalogue = catalogue;
    this.last = newest.state().step();
    this.model = newest.sha256();
    this.origin = origin;
  }

  /**
   * Looks whether the same bits can be expected here.
   *
   * @throws InvalidInput when device, corpus or a bundle is another than then: names all of them
   */
  public static Replay open(PastRun run, Texts texts, Catalogue catalogue) {
    var newest = new Checkpoints(run.folder().resolve("checkpoints"), Integer.MAX_VALUE).newest();
    if (newest == null) throw new InvalidInput(run.folder() + " holds no checkpoint yet; let the run go on until it has written one.");
    var wrong = new TreeSet<String>();
    long seed = run.seed();
    Config config = run.config();
    TokenStore store = texts.of(config, catalogue);
    var first = run.sessions().getFirst();
    Optional<Path> origin = origin(run.folder());
    // A fork may begin with a tokenizer that had taken over in its run.
    TokenStore begun = origin.map(Checkpoints::read).map(o -> Succession.filled(o.state().occupants().stream(), config, store, texts, catalogue)).orElse(store);
    if (!begun.identity().equals(first.get("corpus"))) wrong.add("the corpus was " + first.get("corpus") + " and is " + begun.identity());
    var here = Circumstances.of(config, catalogue);
    for (var session : run.sessions()) wrong.addAll(here.differences(session));
    for (var swap : swapsByHand(run)) wrong.addAll(missing(swap, run.folder(), catalogue));
    String hash = new RunOrder(config, seed, store, run.folder(), "").hash(Initial.identity(config, catalogue));
    if (wrong.isEmpty() && run.journal().stream().noneMatch(l -> hash.equals(l.get("config")))) wrong.add("config.conf is not the configuration with which the run began");
    if (!wrong.isEmpty()) throw new InvalidInput(run.folder() + " cannot be replayed with the same bits: " + String.join("; ", wrong) + ".");
    return new Replay(run, texts, catalogue, newest, origin);
  }

  /** The checkpoint with which a fork began. */
  private static Optional<Path> origin(Path run) {
    Path folder = run.resolve(Fork.ORIGIN);
    if (!Files.isDirectory(folder)) return Optional.empty();
    try (var all = Files.list(folder)) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+")).findFirst();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  /** Steps of the run. */
  public long steps() {
    return last;
  }

  /** Trains; what it writes goes when all is equal, and stays to be looked at otherwise. @return empty when it was stopped */
  public Optional<Result> train(Swaps swaps, RunListener listener, BooleanSupplier stop) {
    Path to = folder();
    Durable.discard(to);
    long from = prepare(to);
    var step = new AtomicLong(from);
    var order = new RunOrder(run.config(), run.seed(), texts.of(run.config(), catalogue), to, "");
    var watched = new RunListener() {
      @Override
      public void step(long s, long tokens, long total, double loss) {
        step.set(s);
        listener.step(s, tokens, total, loss);
      }

      @Override
      public void swapped(long s, String what) {
        listener.swapped(s, what);
      }

      @Override
      public void said(String sentence) {
        listener.said(sentence);
      }
    };
    new PhasedRun(order, texts, catalogue, swaps, watched).train(new TreeSet<>(), () -> stop.getAsBoolean() || step.get() >= last);
    if (step.get() < last && stop.getAsBoolean()) {
      Durable.discard(to);
      return Optional.empty();
    }
    String difference = difference(to);
    var newest = new Checkpoints(to.resolve("checkpoints"), Integer.MAX_VALUE).newest();
    if (difference.isEmpty() && (newest == null || !newest.sha256().equals(model))) difference = "the weights after step " + last + " are not the same, although all losses are";
    if (difference.isEmpty()) Durable.discard(to);
    return Optional.of(new Result(from, last, difference, model));
  }

  /** Where the replay lies while it trains. */
  public Path folder() {
    return run.folder().resolve(FOLDER);
  }

  /** What the new run finds: what the device chose for itself, swaps by hand to be done again, the bundles that they need, and where it was forked the checkpoint there. @return the step from which it goes */
  private long prepare(Path to) {
    String journal = Stream.concat(run.journal().stream().filter(l -> RunFiles.TUNED.equals(l.get("event"))), swapsByHand(run).stream()).map(Replay::ofAnyPhase).map(RunJournal::line).collect(Collectors.joining());
    if (!journal.isEmpty()) Durable.write(to.resolve("journal.jsonl"), journal);
    Fork.plugins(run.folder(), to);
    if (origin.isEmpty()) return 0;
    Path step = origin.get().getFileName();
    PhasedRun.copy(origin.get(), to.resolve("checkpoints").resolve(step));
    Fork.metrics(run.folder(), to, Long.parseLong(step.toString()));
    return Long.parseLong(step.toString());
  }

  /** The lines of swaps that are part of the run, in order; what was rewound, or done again after a kill, counts as it came out in the end. */
  private static List<Map<String, Object>> swapsByHand(PastRun run) {
    var out = new LinkedHashMap<Object, Map<String, Object>>();
    for (var line : run.journal()) {
      if (!"swap".equals(line.get("event")) || "config".equals(line.get("origin"))) continue;
      if ("done".equals(line.get("phase"))) {
        out.remove(line.get("id"));
        out.put(line.get("id"), line);
      } else if (SwapsByHand.TAKEN_BACK.contains(line.get("phase"))) {
        out.remove(line.get("id"));
      }
    }
    return List.copyOf(out.values());
  }

  /** What is not here of the bundle that a swap by hand brought, in words: neither among those that the run keeps nor installed. */
  private static List<String> missing(Map<String, Object> swap, Path run, Catalogue catalogue) {
    if (!(swap.get("to") instanceof Map<?, ?> to)) return List.of();
    String sha256 = String.valueOf(to.get("sha256"));
    if (sha256.isEmpty() || catalogue.entries().stream().anyMatch(e -> e.bundle().equals(to.get("bundle")) && e.sha256().equals(sha256))) return List.of();
    if (Files.exists(run.resolve("plugins").resolve(to.get("bundle") + "-" + to.get("version") + "-" + sha256.substring(0, Math.min(12, sha256.length())) + ".jar"))) return List.of();
    return List.of(swap.get("slot") + " was exchanged after step " + swap.get("step") + " for '" + to.get("use") + "' of " + to.get("bundle") + " " + to.get("version") + " with SHA-256 "
        + Circumstances.shortened(sha256) + ", which is not installed");
  }

  /** Every phase looks for its swaps among all. */
  private static Map<String, Object> ofAnyPhase(Map<String, Object> line) {
    var out = new TreeMap<>(line);
    out.remove("config");
    return out;
  }

  private String difference(Path to) {
    var then = lines(run.folder());
    var now = lines(to);
    for (int i = 0; i < Math.max(then.size(), now.size()); i++) {
      if (i >= now.size()) return "step " + then.get(i).get("step") + " was not reached";
      if (i >= then.size()) return now.get(i).containsKey("loss") ? "metrics.jsonl of the run tells nothing of step " + now.get(i).get("step") + "; it was altered" : "";
      for (String key : COMPARED) {
        Object a = then.get(i).get(key);
        Object b = now.get(i).get(key);
        if (!Objects.equals(a, b)) return key + " of step " + then.get(i).get("step") + " was " + a + " and is " + b;
      }
    }
    return "";
  }

  private List<Map<String, Object>> lines(Path folder) {
    var out = new ArrayList<Map<String, Object>>();
    Path file = folder.resolve("metrics.jsonl");
    if (!Files.exists(file)) return out;
    for (var line : RunJournal.read(file)) if (line.get("step") instanceof Number n && n.longValue() <= last) out.add(new TreeMap<>(line));
    return out;
  }
}
