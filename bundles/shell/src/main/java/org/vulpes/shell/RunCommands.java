package org.vulpes.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.osgi.service.component.annotations.Component;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.Spelling;
import org.vulpes.slot.SwapRequest;

/** The commands at a run. Each public method is one; Gogo finds it by its name. */
@Component(service = RunCommands.class, property = {"osgi.command.scope=vulpes", "osgi.command.function=slots", "osgi.command.function=swap", "osgi.command.function=undo", "osgi.command.function=fork", "osgi.command.function=forks",
    "osgi.command.function=plugins", "osgi.command.function=status", "osgi.command.function=run", "osgi.command.function=help"})
public final class RunCommands {
  static final List<String> NAMES = List.of("slots", "swap", "undo", "fork", "forks", "plugins", "status", "run", "help", "exit");
  private static final String FORK = "it is: fork [at STEP] --set KEY=VALUE… [--name NAME], for instance: fork at 400 --set optimizer.use=lion";

  private static Runs runs(CommandSession session) {
    if (session.get(Runs.VARIABLE) instanceof Runs r) return r;
    throw new InvalidInput("This shell is at no run.");
  }

  private static void none(String[] arguments, String command) {
    if (arguments.length > 0) throw new InvalidInput(command + " stands alone; it does not know '" + String.join(" ", arguments) + "'");
  }

  public void slots(CommandSession session, String[] arguments) {
    none(arguments, "slots");
    session.getConsole().print(SlotsText.of(runs(session).current()));
  }

  public void status(CommandSession session, String[] arguments) {
    none(arguments, "status");
    var all = runs(session).all();
    if (all.isEmpty()) throw new InvalidInput("No run is going any more.");
    all.forEach(r -> session.getConsole().println(SlotsText.head(r.name(), r.status())));
  }

  public void run(CommandSession session, String[] arguments) {
    if (arguments.length != 1) throw new InvalidInput("It is: run NAME, with a name that status shows");
    runs(session).choose(arguments[0]);
  }

  public void plugins(CommandSession session, String[] arguments) {
    none(arguments, "plugins");
    var installed = runs(session).current().installed();
    session.getConsole().print(PluginsText.of(installed.entries(), installed.refusals()));
  }

  /** {@code swap curriculum flat --set sequence-length=64 --force}. */
  public void swap(CommandSession session, String[] arguments) {
    var plain = new ArrayList<String>();
    var set = new ArrayList<String>();
    boolean force = false;
    for (int i = 0; i < arguments.length; i++) {
      String a = arguments[i];
      if (a.equals("--force")) force = true;
      else if (a.equals("--set") && i + 1 < arguments.length) set.add(arguments[++i]);
      else if (a.startsWith("--set=")) set.add(a.substring("--set=".length()));
      else if (a.startsWith("-")) throw new InvalidInput("swap knows no option " + a + Spelling.hint(a, List.of("--set", "--force")) + "; it is: swap SLOT PLUGIN [--set KEY=VALUE]… [--force]");
      else plain.add(a);
    }
    if (plain.size() != 2) throw new InvalidInput("It is: swap SLOT PLUGIN [--set KEY=VALUE]… [--force], for instance: swap curriculum flat --set sequence-length=64");
    runs(session).current().swap(new SwapRequest(plain.get(0), plain.get(1), set, force), runs(session).answers());
  }

  public void undo(CommandSession session, String[] arguments) {
    boolean force = List.of(arguments).contains("--force");
    var slots = List.of(arguments).stream().filter(a -> !a.equals("--force")).toList();
    if (slots.size() > 1) throw new InvalidInput("It is: undo [SLOT] [--force]");
    runs(session).current().swap(new SwapRequest(slots.isEmpty() ? "" : slots.getFirst(), "", List.of(), force), runs(session).answers());
  }

  /** {@code fork at 400 --set optimizer.use=lion --name lion}; without {@code at}, at the newest checkpoint. */
  public void fork(CommandSession session, String[] arguments) {
    var plain = new ArrayList<String>();
    var set = new ArrayList<String>();
    String name = null;
    for (int i = 0; i < arguments.length; i++) {
      String a = arguments[i];
      if (a.equals("--set") && i + 1 < arguments.length) set.add(arguments[++i]);
      else if (a.startsWith("--set=")) set.add(a.substring("--set=".length()));
      else if (a.equals("--name") && i + 1 < arguments.length) name = arguments[++i];
      else if (a.startsWith("-")) throw new InvalidInput("fork knows no option " + a + Spelling.hint(a, List.of("--set", "--name")) + "; " + FORK);
      else plain.add(a);
    }
    boolean newest = plain.isEmpty();
    if (!newest && (plain.size() != 2 || !plain.getFirst().equals("at") || !plain.getLast().matches("\\d{1,18}"))) throw new InvalidInput("fork: " + FORK);
    var runs = runs(session);
    RunControl of = runs.current();
    session.getConsole().println(runs.forks().fork(of, newest ? -1 : Long.parseLong(plain.getLast()), set, name));
    // The next commands mean the same run as before.
    runs.choose(of.name());
  }

  public void forks(CommandSession session, String[] arguments) {
    none(arguments, "forks");
    var runs = runs(session);
    var all = runs.forks().of(runs.current());
    if (all.isEmpty()) session.getConsole().println("nothing was forked from " + runs.current().name());
    all.forEach(session.getConsole()::println);
  }

  public void help(CommandSession session, String[] arguments) {
    none(arguments, "help");
    session.getConsole().print("""
        slots                                          what fills the slots, with options and since which step
        swap curriculum flat --set sequence-length=64  exchange an occupant between two steps
        undo [SLOT]                                    bring back what the last swap replaced
        fork at 400 --set optimizer.use=lion           train a sibling from a checkpoint (left out: the newest), beside this run
        forks                                          the siblings of the run: from which step, what is otherwise, how far
        status                                         step, tokens, loss, speed of every run that is going
        run NAME                                       choose the run, where several are going
        plugins                                        what is installed where the run trains
        exit                                           leave; a run that this command started stops with a checkpoint
        """);
  }
}
