package org.vulpes.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.AggregateCompleter;
import org.jline.reader.impl.completer.ArgumentCompleter;
import org.jline.reader.impl.completer.NullCompleter;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.Spelling;

/** The prompt at one or several runs: on a terminal with history and completion, elsewhere line by line from standard input. */
@Component(service = Shell.class)
public final class Shell {
  private final CommandProcessor processor;
  private final Catalogue catalogue;
  private volatile LineReader reader;

  @Activate
  public Shell(@Reference CommandProcessor processor, @Reference Catalogue catalogue, @Reference RunCommands commands) {
    this.processor = processor;
    this.catalogue = catalogue;
  }

  /**
   * Reads and does commands until {@code exit}, the end of the input, or an interrupt of the calling thread.
   *
   * @param going the runs that commands reach
   * @param forks begins siblings of them
   * @param tells whether those runs {@link #tell} what becomes of a swap: on a terminal nobody needs to hear it twice
   * @param out where answers go when standard input is no terminal
   * @return true when the person left by {@code exit} or Ctrl-C, false at the end of the input
   */
  public boolean interact(Supplier<List<RunControl>> going, Forks forks, boolean tells, PrintStream out) {
    if (System.console() == null || !System.console().isTerminal()) return lines(going, forks, out);
    try (Terminal terminal = TerminalBuilder.builder().system(true).dumb(true).build()) {
      reader = LineReaderBuilder.builder().terminal(terminal).appName("vulpes").completer(completer()).build();
      var answers = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
      CommandSession session = session(new Runs(going, forks, tells ? answer -> { } : answers::println), answers);
      while (true) {
        String line;
        try {
          line = reader.readLine("vulpes> ");
        } catch (UserInterruptException e) {
          return true;
        } catch (EndOfFileException e) {
          return true;
        }
        if (!execute(session, line, answers)) return true;
      }
    } catch (IOException e) {
      throw new InvalidInput("The terminal cannot be used: " + e.getMessage() + "; `vulpes swap` and `vulpes slots` need none.", e);
    } finally {
      reader = null;
    }
  }

  private boolean lines(Supplier<List<RunControl>> going, Forks forks, PrintStream out) {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    CommandSession session = session(new Runs(going, forks, out::println), out);
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) if (!execute(session, line, out)) return true;
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CommandSession session(Runs runs, PrintStream out) {
    CommandSession session = processor.createSession(System.in, out, out);
    session.put("SCOPE", "vulpes:*");
    session.put(Runs.VARIABLE, runs);
    return session;
  }

  /** @return false when the person wants to leave */
  private static boolean execute(CommandSession session, String line, PrintStream out) {
    String command = line.strip();
    if (command.equals("exit") || command.equals("quit")) return false;
    if (command.isEmpty() || command.startsWith("#")) return true;
    try {
      Object result = session.execute(command);
      if (result != null) out.println(session.format(result, 0));
    } catch (Exception e) {
      String first = command.split("\\s+", 2)[0];
      if (e instanceof InvalidInput) out.println(e.getMessage());
      else if (e.getClass().getSimpleName().equals("CommandNotFoundException")) {
        out.println("There is no command '" + first + "'; commands are " + String.join(", ", RunCommands.NAMES) + Spelling.hint(first, RunCommands.NAMES));
      } else out.println("'" + command + "' cannot be done: " + (e.getMessage() == null ? e : e.getMessage()));
    }
    return true;
  }

  private AggregateCompleter completer() {
    var slots = catalogue.entries().stream().map(Catalogue.Entry::slot).distinct().toList();
    var uses = catalogue.entries().stream().map(Catalogue.Entry::use).distinct().toList();
    return new AggregateCompleter(
        new ArgumentCompleter(new StringsCompleter("swap"), new StringsCompleter(slots), new StringsCompleter(uses), new StringsCompleter("--set", "--force"), NullCompleter.INSTANCE),
        new ArgumentCompleter(new StringsCompleter("undo"), new StringsCompleter(slots), NullCompleter.INSTANCE),
        new ArgumentCompleter(new StringsCompleter(RunCommands.NAMES), NullCompleter.INSTANCE));
  }

  /** Tells something while a person may be typing; from any thread. */
  public void tell(String sentence, PrintStream otherwise) {
    LineReader r = reader;
    if (r != null && r.isReading()) r.printAbove(sentence);
    else otherwise.println(sentence);
  }
}
