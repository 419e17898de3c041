package org.vulpes.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.report.Report;
import org.vulpes.study.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "report", description = "Writes the report of a study out of its files, finished or not, and prints the verdicts.",
    footer = {"", "Example:", "  ./vulpes report runs/quickstart"})
final class ReportCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "FOLDER", description = "A study's folder.")
  private Path folder;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ReportCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var result = Study.result(folder, session.command());
    session.console().out.print(Report.verdictTable(result));
    for (String remark : result.remarks()) session.console().out.println(remark);
    session.console().out.println(session.console().strong("Report") + "  " + Report.write(result));
    return 0;
  }
}
