package org.vulpes.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Swaps;
import org.vulpes.study.RunTexts;
import org.vulpes.study.StudyListener;
import org.vulpes.training.Fork;
import org.vulpes.training.Outcome;
import org.vulpes.training.PastRun;
import org.vulpes.training.PhasedRun;
import org.vulpes.training.RunListener;
import org.vulpes.training.RunOrder;

/**
 * A run that begins in the middle of another and does something otherwise from there on: what {@code fork} makes.
 *
 * @param config whole and resolved
 * @param told what became of weights and moments; empty when it is there already and goes on
 */
record Sibling(Path folder, Config config, long seed, RunTexts texts, Catalogue catalogue, String told) {

  /**
   * Makes its folder, beside the run's, or finds the one that was begun with the same choices.
   *
   * @param step of a checkpoint that the run keeps; −1: its newest
   * @param name of the folder; null: RUN-at-STEP
   * @throws InvalidInput when it cannot be made: nothing was written
   */
  static Sibling of(Path run, long step, List<String> set, String name, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    if (name != null && !name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) throw new InvalidInput("--name " + name + " cannot name a folder; use letters, digits, '.', '_' and '-'.");
    for (String s : set) if (s.strip().startsWith("training.seed")) throw new InvalidInput("--set " + s + ": a fork keeps the seed of its run, from which the order of its text follows.");
    var past = PastRun.open(run);
    long at = step >= 0 ? step : past.newest();
    Path whole = run.toAbsolutePath().normalize();
    Path folder = whole.resolveSibling(name != null ? name : whole.getFileName() + "-at-" + at);
    var texts = new RunTexts(past.config(), catalogue, listener, stop);
    if (Fork.begun(folder)) return new Sibling(folder, again(folder, set, catalogue), past.seed(), texts, catalogue, "");
    Fork fork = Fork.at(past, at, texts, catalogue);
    Config config = ConfigFile.lay(set, fork.config(), catalogue.reference());
    if (same(config, fork.config())) throw new InvalidInput("A fork that changes nothing would become the same run; say with --set what is otherwise.");
    String done = fork.begin(new RunOrder(config, past.seed(), texts.of(config, catalogue), folder, ""), true);
    return new Sibling(folder, config, past.seed(), texts, catalogue, "begins at step " + at + " of " + run + ": " + done);
  }

  Outcome train(Swaps swaps, RunListener listener, BooleanSupplier stop) {
    return new PhasedRun(new RunOrder(config, seed, texts.of(config, catalogue), folder, ""), texts, catalogue, swaps, listener).train(new TreeSet<>(), stop);
  }

  /** The forks of a run among the folders beside it, one line each: from which step, what is otherwise, how far. */
  static List<String> all(Path run) {
    Path whole = run.toAbsolutePath().normalize();
    var out = new ArrayList<String>();
    try (var beside = Files.list(whole.getParent())) {
      for (Path p : beside.filter(p -> Files.exists(p.resolve("journal.jsonl"))).sorted().toList()) {
        var there = PastRun.open(p);
        there.journal().stream().filter(l -> "fork".equals(l.get("event")) && Path.of(String.valueOf(l.get("from"))).toAbsolutePath().normalize().equals(whole)).findFirst()
            .ifPresent(l -> out.add(p.getFileName() + "  from step " + l.get("step") + ": " + differences(PastRun.open(run).config(), there.config()) + "; " + reached(there)));
      }
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + whole.getParent() + ": " + e.getMessage() + ".", e);
    }
    return out;
  }

  private static String reached(PastRun run) {
    var ends = run.journal().stream().filter(l -> "end".equals(l.get("event")) || "evaluation".equals(l.get("event"))).toList();
    if (ends.isEmpty()) return "not measured yet";
    var last = ends.getLast();
    return "step " + last.get("step") + (last.get("bits-per-byte") instanceof Number n ? String.format(java.util.Locale.ROOT, ", %.4f bits per byte", n.doubleValue()) : "")
        + (last.get("status") == null ? "" : ", " + last.get("status"));
  }

  private static String differences(Config before, Config after) {
    var out = new TreeMap<String, String>();
    after.withoutPath("study").entrySet().forEach(e -> {
      if (!before.hasPathOrNull(e.getKey()) || before.getIsNull(e.getKey()) || !before.getValue(e.getKey()).equals(e.getValue())) {
        out.put(e.getKey(), e.getValue().render(ConfigRenderOptions.concise().setJson(false)));
      }
    });
    return String.join(", ", out.entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList());
  }

  /** A run's folder keeps its configuration without the study's part. */
  private static boolean same(Config a, Config b) {
    return a.withoutPath("study").equals(b.withoutPath("study"));
  }

  private static Config again(Path folder, List<String> set, Catalogue catalogue) {
    var sibling = PastRun.open(folder);
    Config wanted = ConfigFile.lay(set, sibling.config(), catalogue.reference());
    if (!same(wanted, sibling.config())) throw new InvalidInput(folder + " holds a fork with other choices; give this one a name of its own (--name).");
    return sibling.config();
  }
}
