package org.vulpes.cli;

import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vulpes.compute.DeviceLost;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.compute.UnsupportedKernel;
import org.vulpes.shell.Shell;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.PluginFolder;
import org.vulpes.slot.Spelling;
import org.vulpes.slot.Swaps;
import org.vulpes.study.Stopped;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/**
 * The command line. Exit codes: 0 done; 1 the answer is no (parity failed, trials failed); 2 wrong input, said in one sentence; 70 a defect of
 * Vulpes; 130 stopped by Ctrl-C.
 */
@Component(service = ToIntFunction.class, property = "vulpes.main:Boolean=true")
public final class VulpesCommand implements ToIntFunction<String[]> {
  static final int NO = 1;
  static final int WRONG_INPUT = 2;
  static final int DEFECT = 70;
  static final int STOPPED = 130;

  private final Catalogue catalogue;
  private final Swaps swaps;
  private final Shell shell;
  private final StopRequest stop;
  private final PluginFolder plugins;

  @Activate
  public VulpesCommand(@Reference Catalogue catalogue, @Reference Swaps swaps, @Reference Shell shell, @Reference StopRequest stop, @Reference PluginFolder plugins) {
    this.catalogue = catalogue;
    this.swaps = swaps;
    this.shell = shell;
    this.stop = stop;
    this.plugins = plugins;
  }

  /** What every command needs. */
  record Session(Catalogue catalogue, Swaps swaps, Shell shell, StopRequest stop, Console console, String command) {}

  @Command(name = "vulpes", version = "vulpes 0.1.0", sortOptions = false, headerHeading = "",
      header = "Ablates the design of small language models: studies of arms over paired seeds, judged by honest statistics.",
      footer = {"", "Example:", "  ./vulpes run experiments/quickstart.conf", "", "Every command has --help with an example."})
  private static final class Root implements Runnable {
    @Spec
    private CommandSpec spec;

    @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
    private boolean help;

    @CommandLine.Option(names = {"-V", "--version"}, versionHelp = true, description = "Print the version.")
    private boolean version;

    @Override
    public void run() {
      spec.commandLine().usage(spec.commandLine().getOut());
    }
  }

  @Override
  public int applyAsInt(String[] args) {
    var console = new Console();
    var session = new Session(catalogue, swaps, shell, stop, console, "vulpes " + String.join(" ", args));
    var line = new CommandLine(new Root())
        .addSubcommand(new RunCommand(session))
        .addSubcommand(new PlanCommand(session))
        .addSubcommand(new MatchCommand(session))
        .addSubcommand(new StatusCommand(session))
        .addSubcommand(new ReportCommand(session))
        .addSubcommand(new SlotsCommand(session))
        .addSubcommand(new SwapCommand(session))
        .addSubcommand(new ForkCommand(session))
        .addSubcommand(new ReplayCommand(session))
        .addSubcommand(new ShellCommand(session))
        .addSubcommand(new TeachCommand(session))
        .addSubcommand(new PairsCommand(session))
        .addSubcommand(new GenerateCommand(session))
        .addSubcommand(new ChatCommand(session))
        .addSubcommand(new CommandLine(new EvalCommand(session)).addSubcommand(new EvalCompareCommand(session)))
        .addSubcommand(new ParityCommand(session))
        .addSubcommand(new CommandLine(new PluginsCommand(session)).addSubcommand(new PluginsNewCommand(session, plugins)).addSubcommand(new PluginsAddCommand(session, plugins)))
        .addSubcommand(new DoctorCommand(session))
        .addSubcommand(new BenchCommand(session))
        .addSubcommand(new CommandLine.HelpCommand());
    line.setOut(console.writer(console.out)).setErr(console.writer(console.err));
    line.setUsageHelpAutoWidth(true).setUsageHelpLongOptionsMaxWidth(30);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? CommandLine.Help.Ansi.AUTO : CommandLine.Help.Ansi.OFF));
    line.setParameterExceptionHandler((e, a) -> wrongArguments(e, console));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e, console));
    return line.execute(args);
  }

  private static int wrongArguments(ParameterException e, Console console) {
    // Types of Java mean nothing to most people.
    String message = e.getMessage().strip().replaceFirst("is not an? (long|int)$", "is not a whole number").replaceFirst("is not a (double|float)$", "is not a number");
    if (e instanceof CommandLine.UnmatchedArgumentException u && !u.isUnknownOption() && !e.getCommandLine().getSubcommands().isEmpty()) {
      var commands = e.getCommandLine().getSubcommands().keySet();
      String meant = Spelling.hint(u.getUnmatched().getFirst(), commands);
      console.wrong("There is no command '" + u.getUnmatched().getFirst() + "'; commands are " + String.join(", ", commands) + (meant.isEmpty() ? "." : meant));
      return WRONG_INPUT;
    }
    var suggestions = new java.io.StringWriter();
    CommandLine.UnmatchedArgumentException.printSuggestions(e, new java.io.PrintWriter(suggestions, true));
    String hint = suggestions.toString().strip().replaceAll("\\s*\\R\\s*", " ");
    console.wrong(message + (message.endsWith(".") ? " " : ". ") + (hint.isEmpty() ? "" : hint + " ") + "See " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help.");
    return WRONG_INPUT;
  }

  private static int failed(Exception e, Console console) {
    if (e instanceof DeviceLost) {
      console.wrong(e.getMessage());
      return NO;
    }
    if (e instanceof InvalidInput || e instanceof OutOfDeviceMemory || e instanceof UnsupportedKernel) {
      console.wrong(e.getMessage());
      return WRONG_INPUT;
    }
    if (e instanceof Stopped) {
      console.say(e.getMessage());
      return STOPPED;
    }
    console.wrong("This is a defect in Vulpes (" + e + "); please report it with the lines below.");
    e.printStackTrace(console.err);
    return DEFECT;
  }
}
