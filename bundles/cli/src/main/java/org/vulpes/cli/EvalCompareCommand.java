package org.vulpes.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.vulpes.evaluation.ItemFile;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.PairedItems;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.statistics.Multiplicity;
import org.vulpes.study.statistics.Proportion;
import org.vulpes.study.statistics.StudentT;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "compare", sortOptions = false, description = {"Compares two models that were examined, item by item on what both answered.",
    "The t test is on differences of items (of clusters where items share a passage); McNemar's exact test is on the items that only one of them got right. p values of the first are adjusted over the rows by Holm's rule.",
    "What differs is these two models, not what made them: that takes several seeds of each, which is what studies are for."},
    footer = {"", "Example:", "  ./vulpes eval compare evaluations/fox-s1 evaluations/shallow-s1"})
final class EvalCompareCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(index = "0", paramLabel = "A", description = "A folder that 'eval' wrote.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Another.")
  private Path second;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  EvalCompareCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  private record Row(String task, String metric, PairedItems pair, double p) {}

  @Override
  public Integer call() throws IOException {
    var rows = new ArrayList<Row>();
    for (Path file : tasks(first)) {
      if (!Files.exists(second.resolve(file.getFileName()))) continue;
      List<ItemResult> a = ItemFile.read(file), b = ItemFile.read(second.resolve(file.getFileName()));
      if (a.isEmpty() || b.isEmpty()) continue;
      String task = a.getFirst().task();
      if (a.getFirst().metrics().containsKey("nats")) add(rows, task, "bits_per_byte", PairedItems.bitsPerByte(a, b));
      else for (String metric : a.getFirst().metrics().keySet()) add(rows, task, metric, PairedItems.of(a, b, metric));
    }
    if (rows.isEmpty()) throw new InvalidInput(first + " and " + second + " have no task with common items; examine both by the same tasks.");
    double[] adjusted = Multiplicity.HOLM.adjust(rows.stream().mapToDouble(Row::p).toArray());
    PrintStream out = session.console().out;
    out.printf("A %s%nB %s%n", first, second);
    out.printf("%-22s %-22s %6s %8s %8s %25s %8s %8s %10s %8s%n", "task", "metric", "items", "A", "B", "B − A [95 % interval]", "p", "Holm p", "only A/B", "McNemar");
    for (int i = 0; i < rows.size(); i++) {
      Row r = rows.get(i);
      PairedItems pair = r.pair;
      double half = pair.difference().clusters() < 2 ? Double.NaN : new StudentT(pair.difference().clusters() - 1).quantile(0.975) * pair.difference().standardError(), d = pair.difference().mean();
      out.printf(Locale.ROOT, "%-22s %-22s %6d %8.4f %8.4f %25s %8.4f %8.4f %10s %8s%n", r.task, r.metric, pair.difference().items(), pair.first(), pair.second(),
          String.format(Locale.ROOT, "%+.4f [%+.4f, %+.4f]", d, d - half, d + half), r.p, adjusted[i],
          pair.onlyFirst() < 0 ? "" : pair.onlyFirst() + "/" + pair.onlySecond(), pair.onlyFirst() < 0 ? "" : String.format(Locale.ROOT, "%.4f", Proportion.pFair(pair.onlyFirst(), pair.onlySecond())));
    }
    return 0;
  }

  private static List<Path> tasks(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) throw new InvalidInput("There is no folder " + folder + "; give one that 'eval' wrote.");
    try (var files = Files.list(folder)) {
      var found = files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList();
      if (found.isEmpty()) throw new InvalidInput(folder + " holds no results (*.jsonl); give a folder that 'eval' wrote.");
      return found;
    }
  }

  private static void add(List<Row> rows, String task, String metric, PairedItems pair) {
    if (pair == null) return;
    double se = pair.difference().standardError(), t = pair.difference().mean() / se;
    // No difference at all is no evidence; a difference that is the same everywhere has no error to be held against.
    double p = pair.difference().mean() == 0 || !(se > 0) ? 1 : 2 * new StudentT(pair.difference().clusters() - 1).upper(Math.abs(t));
    rows.add(new Row(task, metric, pair, p));
  }
}
