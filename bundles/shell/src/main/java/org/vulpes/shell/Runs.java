package org.vulpes.shell;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.Spelling;

/** The runs that a shell reaches, and the one that its commands are about. */
final class Runs {
  /** Under which a session keeps it. */
  static final String VARIABLE = ".vulpes.runs";

  private final Supplier<List<RunControl>> going;
  private final Forks forks;
  private final Consumer<String> answers;
  private String chosen = "";

  /** @param forks begins siblings of them @param answers are told what becomes of a request */
  Runs(Supplier<List<RunControl>> going, Forks forks, Consumer<String> answers) {
    this.going = going;
    this.forks = forks;
    this.answers = answers;
  }

  Forks forks() {
    return forks;
  }

  Consumer<String> answers() {
    return answers;
  }

  List<RunControl> all() {
    return going.get();
  }

  /** @throws InvalidInput when none is going, or several are and none was chosen */
  RunControl current() {
    var all = going.get();
    if (all.isEmpty()) throw new InvalidInput("No run is going any more.");
    for (RunControl r : all) if (r.name().equals(chosen)) return r;
    if (all.size() == 1) return all.getFirst();
    throw new InvalidInput("Several runs are going: " + String.join(", ", names()) + "; choose one, as in: run " + all.getFirst().name());
  }

  void choose(String name) {
    if (!names().contains(name)) throw new InvalidInput("No run '" + name + "' is going; those that are: " + String.join(", ", names()) + Spelling.hint(name, names()));
    chosen = name;
  }

  private List<String> names() {
    return going.get().stream().map(RunControl::name).toList();
  }
}
