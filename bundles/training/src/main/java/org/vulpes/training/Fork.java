package org.vulpes.training;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** A run that begins where another one was: a fork by hand, or a trial of a study that shares its first steps with another. */
public final class Fork {
  /** The checkpoint with which a fork by hand began; what replays it needs it. */
  static final String ORIGIN = "origin";

  private final Path run;
  private final Checkpoints.Found found;
  private final Config config;
  private final TokenStore store;
  private final Texts texts;
  private final Catalogue catalogue;

  private Fork(Path run, Checkpoints.Found found, Config config, TokenStore store, Texts texts, Catalogue catalogue) {
    this.run = run;
    this.found = found;
    this.config = config;
    this.store = store;
    this.texts = texts;
    this.catalogue = catalogue;
  }

  /**
   * At one of the checkpoints that a run keeps, in the phase in which the run was there.
   *
   * @throws InvalidInput when there is no checkpoint of this step; the message names those that are
   */
  public static Fork at(PastRun run, long step, Texts texts, Catalogue catalogue) {
    Checkpoints.Found found = new Checkpoints(run.folder().resolve("checkpoints"), Integer.MAX_VALUE).at(step);
    List<Phase> phases = Phase.of(run.config(), catalogue.reference());
    for (int i = 0; i < phases.size(); i++) {
      Config config = phases.get(i).config();
      TokenStore store = texts.of(config, catalogue);
      if (new RunOrder(config, run.seed(), store, run.folder(), "").hash(Initial.identity(config, catalogue)).equals(found.state().configHash())) {
        // What has changed already is in the configuration.
        return new Fork(run.folder(), found, Phase.remaining(config, i), store, texts, catalogue);
      }
    }
    throw new InvalidInput("The checkpoint of step " + step + " in " + run.folder() + " was made with another configuration, seed or text than config.conf and the corpus say now; nothing can be forked from it.");
  }

  /** Where a run has left a checkpoint for others. @param config of the phase in which it was left */
  public static Fork branch(Path run, long token, Config config, TokenStore store, Texts texts, Catalogue catalogue) {
    return new Fork(run, Checkpoints.read(PhasedRun.branch(run, token)), config, store, texts, catalogue);
  }

  /** Whether a folder holds a run already: a whole checkpoint of one. */
  public static boolean begun(Path folder) {
    return new Checkpoints(folder.resolve("checkpoints"), Integer.MAX_VALUE).any();
  }

  /** The configuration of the run from here on. */
  public Config config() {
    return config;
  }

  public long step() {
    return found.state().step();
  }

  /**
   * Makes the folder of a run that goes on from here: its checkpoint, and the metrics up to here.
   *
   * @param keepOrigin whether the checkpoint is kept for good, as the run cannot be trained from its beginning with its own configuration
   * @return what became of weights and moments, in one sentence
   * @throws InvalidInput when the run cannot be made of this one, or the folder holds one already
   */
  public String begin(RunOrder to, boolean keepOrigin) {
    if (begun(to.folder())) throw new InvalidInput(to.folder() + " holds a run already; give this one another name.");
    long seen = found.state().tokens();
    if (RunSettings.of(to.config()).tokens() < seen) {
      throw Options.at(to.config(), "training").wrong("tokens", String.format(Locale.ROOT, "= %,d are fewer than the %,d that the run had seen at step %,d; give it more, or an earlier step", RunSettings.of(to.config()).tokens(), seen, step()));
    }
    try {
      var done = new Succession(found, config, store, to, texts, catalogue).write(d -> {
        metrics(run, to.folder(), d.step());
        plugins(run, to.folder());
        var line = new TreeMap<String, Object>(d.line());
        line.putAll(Map.of("event", "fork", "step", d.step(), "from", run.toString(), "from-config", found.state().configHash(), "config", to.hash(Initial.identity(to.config(), catalogue)), "reason",
            keepOrigin ? "forked by hand" : "the same as that run up to this step"));
        RunFiles.append(to.folder(), line);
        Durable.write(to.folder().resolve("config.conf"), RunConfig.render(to.config()));
      });
      String step = Long.toString(done.step());
      if (keepOrigin) PhasedRun.copy(to.folder().resolve("checkpoints").resolve(step), to.folder().resolve(ORIGIN).resolve(step));
      return done.told();
    } catch (RuntimeException e) {
      if (!begun(to.folder())) Durable.discard(to.folder().resolve("checkpoints"));
      throw e;
    }
  }

  /** Copies the metrics up to a step. */
  static void metrics(Path run, Path to, long step) {
    Path file = run.resolve("metrics.jsonl");
    if (!Files.exists(file)) return;
    var lines = RunJournal.read(file).stream().filter(l -> l.get("step") instanceof Number n && n.longValue() <= step).map(RunJournal::line).collect(Collectors.joining());
    Durable.write(to.resolve("metrics.jsonl"), lines);
  }

  /** Bundles that were swapped in and may still fill a slot. */
  static void plugins(Path run, Path to) {
    Path from = run.resolve("plugins");
    if (!Files.isDirectory(from)) return;
    try (var all = Files.list(from)) {
      Files.createDirectories(to.resolve("plugins"));
      for (Path jar : all.filter(p -> p.toString().endsWith(".jar")).toList()) Files.copy(jar, to.resolve("plugins").resolve(jar.getFileName()));
    } catch (IOException e) {
      throw Durable.failure(to.resolve("plugins"), e);
    }
  }
}
