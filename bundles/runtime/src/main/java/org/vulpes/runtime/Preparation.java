package org.vulpes.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;

/** What of a swap is done beside the loop: find the candidate, read its options, prove it. */
final class Preparation {
  private static final String MODEL = "model.";
  private static final Pattern KEPT = Pattern.compile(".*-([0-9a-f]{12})\\.jar");

  private final RunHost host;
  private final Catalogue catalogue;
  private final Candidates candidates;
  private final SwapSettings settings;

  Preparation(RunHost host, Catalogue catalogue, Candidates candidates, SwapSettings settings) {
    this.host = host;
    this.catalogue = catalogue;
    this.candidates = candidates;
    this.settings = settings;
  }

  Config reference() {
    return catalogue.reference();
  }

  RunControl.Installed installed() {
    return new RunControl.Installed(catalogue.entries(), catalogue.refusals());
  }

  /** Proves a candidate under the deadline. It is let go when that fails. */
  <T> Attempt prepare(Slot<T> slot, String id, String origin, Candidate candidate, Config config, Supplier<Snapshot> state, long generation) {
    String use = candidate.entry().use();
    try {
      @SuppressWarnings("unchecked")
      Plugin<T> plugin = (Plugin<T>) candidate.plugin();
      var maker = new Maker<>(slot.name(), use, plugin, config);
      Snapshot now = state.get();
      Slot.Handover handover = Proof.within(slot.patient() ? settings.textDeadlineSeconds() : settings.deadlineSeconds(), slot.patient() ? "swapping.text-deadline-seconds" : "swapping.deadline-seconds",
          "Plugin '" + use + "' for '" + slot.name() + "'", () -> slot.prepare(maker, now), Slot.Handover::drop);
      return new Attempt(id, origin, candidate, occupant(candidate, config, slot.kind(), 0), config, handover, generation);
    } catch (RuntimeException | Error e) {
      candidate.close();
      throw e;
    }
  }

  /** The plugin that filled a slot before, with its bundle from the run's folder where it is installed no more. */
  Candidate again(Occupant before) {
    Path kept = jarFile(before);
    byte[] jar = null;
    if (!before.sha256().isEmpty() && Files.exists(kept)) {
      try {
        jar = Files.readAllBytes(kept);
      } catch (IOException e) {
        throw new InvalidInput("Cannot read " + kept + ": " + e.getMessage() + ".", e);
      }
      if (!Sha256.of(jar).equals(before.sha256())) throw new InvalidInput(kept + " was altered since the run swapped it in; put the jar with SHA-256 " + before.sha256() + " in its place.");
    }
    Candidate out = candidates.again(before, jar);
    if (!out.entry().sha256().equals(before.sha256())) {
      host.said("Slot '" + before.slot() + "' is filled by another build of " + before.told() + " than before; its results need not have the same bits.");
    }
    return out;
  }

  /** Keeps the bundle of an occupant in the run's folder: what resumes the run needs it. */
  void keepJar(Occupant o, byte[] jar) {
    Path file = jarFile(o);
    if (jar == null || Files.exists(file)) return;
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.getParent());
      Files.write(temporary, jar);
      Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InvalidInput("Cannot write " + file + ": " + e.getMessage() + "; without it the run could not be resumed.", e);
    }
  }

  private Path jarFile(Occupant o) {
    return jars(host.folder()).resolve(o.bundle() + "-" + o.version() + "-" + o.sha256().substring(0, Math.min(12, o.sha256().length())) + ".jar");
  }

  /** Where a run keeps the bundles that were swapped in, and where people may drop others. */
  static Path jars(Path run) {
    return run.resolve("plugins");
  }

  /** Whether a jar in that folder was put there by the run itself: its name ends with what its content begins with. */
  static boolean kept(Path jar) {
    var name = KEPT.matcher(jar.getFileName().toString());
    try {
      return name.matches() && Sha256.of(Files.readAllBytes(jar)).startsWith(name.group(1));
    } catch (IOException e) {
      return false;
    }
  }

  static Options options(Config config, String slot, String use) {
    return Options.at(config, slot + "." + ConfigUtil.joinPath(use));
  }

  static Occupant occupant(Candidate candidate, Config config, Slot.Kind kind, long since) {
    var e = candidate.entry();
    Config options = options(config, e.slot(), e.use()).config();
    for (String key : Occupant.beside(e.slot())) if (config.hasPath(key)) options = options.withValue(ConfigUtil.joinPath(key), config.getValue(key));
    return new Occupant(e.slot(), kind.word(), e.use(), e.bundle(), e.version(), e.sha256(), options.root().render(ConfigRenderOptions.concise()), since);
  }

  /**
   * The configuration with what a person set, checked against the defaults of all bundles and of the candidate's own.
   *
   * @param set {@code key=value}; a key may stand alone ({@code to}), below the slot ({@code curriculum.to}) or whole ({@code curriculum.linear.to}); for a brick also one beside
   *     it ({@code layers}, {@code model.layers})
   */
  Config with(Config config, Candidate candidate, List<String> set) {
    String slot = candidate.entry().slot();
    String use = ConfigUtil.joinPath(candidate.entry().use());
    var whole = set.stream().map(s -> Occupant.beside(slot).stream().filter(key -> key.endsWith("." + s.split("=", 2)[0].strip())).findFirst().map(key -> key + s.substring(s.indexOf('='))).orElse(s))
        .map(s -> s.startsWith(slot + "." + use + ".") || slot.startsWith(MODEL) && s.startsWith(MODEL) && !s.startsWith(slot + ".") ? s
            : slot + "." + use + "." + (s.startsWith(slot + ".") ? s.substring(slot.length() + 1) : s)).toList();
    Config reference = candidate.defaults().withFallback(catalogue.reference());
    return ConfigFile.lay(whole, config, reference).withValue(slot + ".use", ConfigValueFactory.fromAnyRef(candidate.entry().use()));
  }
}
