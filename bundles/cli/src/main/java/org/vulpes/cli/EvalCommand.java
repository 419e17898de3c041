package org.vulpes.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.evaluation.Examination;
import org.vulpes.evaluation.ItemFile;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Score;
import org.vulpes.evaluation.Subject;
import org.vulpes.evaluation.Task;
import org.vulpes.evaluation.TaskScores;
import org.vulpes.evaluation.tasks.Tasks;
import org.vulpes.evaluation.tasks.TasksEvaluation;
import org.vulpes.generation.Sampling;
import org.vulpes.model.Weights;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.Stopped;
import org.vulpes.study.statistics.Interval;
import org.vulpes.study.statistics.Proportion;
import org.vulpes.study.statistics.StudentT;
import org.vulpes.training.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "eval", sortOptions = false, description = {"Examines a model by benchmarks, worded and scored as in lm-evaluation-harness, and keeps what it answered item by item.",
    "Standard errors are of means over items, or over clusters where items share a passage."},
    footer = {"", "Examples:", "  ./vulpes eval --list", "  ./vulpes eval runs/quickstart/trials/fox-s1 --tasks wordnet-definition,blimp --data data/eval --limit 100",
        "  ./vulpes eval compare evaluations/fox-s1 evaluations/shallow-s1"})
final class EvalCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "A trial's folder, one of its checkpoints, or a Hugging Face folder.")
  private Path folder;

  @Option(names = "--list", description = "Print the tasks, what they follow and the files that they read.")
  private boolean list;

  @Option(names = "--tasks", split = ",", paramLabel = "NAME", description = "Which tasks, with commas between.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--data", paramLabel = "FOLDER", description = "Below it lie the tasks' files, as they are published.")
  private Path data;

  @Option(names = "--shots", defaultValue = "0", description = "Solved examples before each item (default: ${DEFAULT-VALUE}).")
  private int shots;

  @Option(names = "--limit", defaultValue = "0", description = "Items of each group at most, from the first on; 0: all (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--begin", description = "Begin every text with the end-of-text token, as documents begin in training; the harness does not.")
  private boolean begin;

  @Option(names = "--length", paramLabel = "TOKENS", description = "The model's context; longer texts lose their beginning (default: the model's positions, at most 2048).")
  private Integer length;

  @Option(names = "--samples", defaultValue = "1", description = "Texts that the model writes for each item of a task that asks for text (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(names = "--temperature", defaultValue = "0", description = "Of those texts; 0: always the likeliest token (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--pass-at", split = ",", paramLabel = "K", description = "With several samples: the unbiased estimate of passing with K tries (default: 1).")
  private List<Integer> passAt = new ArrayList<>();

  @Option(names = "--seed", defaultValue = "1", description = "Of the samples (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", paramLabel = "FOLDER", description = "Where items and results go (default: evaluations/<name of the model's folder>, evaluations/<run>-<step> for a checkpoint).")
  private Path out;

  @Option(names = "--device", description = "Where to run: jvm or reference; as the run was trained when left out.")
  private String device;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  EvalCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  /** Of a checkpoint, RUN/checkpoints/400: also whose it is, as that of another run is called 400 too. */
  private static String name(Path model) {
    Path above = model.getParent();
    return above != null && above.endsWith("checkpoints") && above.getParent() != null ? above.getParent().getFileName() + "-" + model.getFileName() : String.valueOf(model.getFileName());
  }

  @Override
  public Integer call() throws IOException {
    PrintStream print = session.console().out;
    if (list) {
      for (Task t : Tasks.all()) print.printf("%-22s %s%n", t.name(), t.definition());
      return 0;
    }
    if (folder == null) throw new InvalidInput("Which model? Give a trial's folder, one of its checkpoints, or a Hugging Face folder; --list prints the tasks.");
    if (names.isEmpty()) throw new InvalidInput("Which tasks? Give --tasks with some of " + String.join(", ", Tasks.all().stream().map(Task::name).toList()) + ".");
    var tasks = names.stream().distinct().map(Tasks::named).toList();
    if (data != null && !Files.isDirectory(data)) throw new InvalidInput("--data: there is no folder " + data + "; check the path.");
    if (shots < 0 || limit < 0) throw new InvalidInput("--shots and --limit must be 0 or more.");
    var writing = new Examination.Writing(Sampling.temperature(temperature), samples, passAt.isEmpty() ? List.of(1) : passAt, seed);
    var items = new ArrayList<List<org.vulpes.evaluation.Item>>();
    for (Task t : tasks) items.add(TasksEvaluation.limited(t.items(data, shots), limit));

    Path to = out != null ? out : Path.of("evaluations", name(folder.toAbsolutePath().normalize()));
    try (var model = ModelFolder.open(folder, session.catalogue()); Device on = GenerationOptions.open(model, session.catalogue(), device);
        Weights weights = Weights.allocate(model.decoder(), on)) {
      weights.load(model.weights());
      int longest = length == null ? Math.min(2048, model.decoder().longest()) : length;
      if (longest < 2 || longest > model.decoder().longest()) throw new InvalidInput("--length must be from 2 to the model's " + model.decoder().longest() + " positions, but is " + longest + ".");
      var results = new TreeMap<String, Object>();
      print.println(model.description() + (shots > 0 ? ", " + shots + " solved examples" : "") + (limit > 0 ? ", at most " + limit + " items a group" : ""));
      print.printf("%-44s %-22s %9s %9s %20s %7s%n", "task", "metric", "value", "± s.e.", "[95 % interval]", "items");
      try (var examination = new Examination(new Subject(on, model.decoder(), weights.buffers(), model.tokenizer(), longest, begin), writing)) {
        for (int i = 0; i < tasks.size(); i++) {
          Task t = tasks.get(i);
          List<ItemResult> found = examination.put(t, items.get(i), share -> progress(t, share));
          ItemFile.write(to.resolve(t.name() + ".jsonl"), found);
          results.put(t.name(), report(t, found));
        }
        if (examination.truncated() > 0) print.println(examination.truncated() + " texts were longer than " + longest + " tokens and lost their beginning.");
      }
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("model", model.description());
      all.put("shots", shots);
      all.put("limit", limit);
      all.put("begin", begin);
      all.put("length", longest);
      all.put("tasks", results);
      Files.writeString(to.resolve("results.json"), JSON.writeValueAsString(all) + "\n");
      print.println("Item by item: " + to);
    }
    return 0;
  }

  private void progress(Task task, double share) {
    if (session.stop().getAsBoolean()) throw new Stopped("Stopped; tasks that were finished are written.");
    if (session.console().terminal) session.console().err.printf(Locale.ROOT, "\r%s %3.0f %% ", task.name(), 100 * share);
    if (session.console().terminal && share == 1) session.console().err.print("\r\u001b[K");
  }

  /** The task's rows and, where they are few enough to read, its groups'; all of them for the file. */
  private Map<String, Object> report(Task task, List<ItemResult> found) {
    Map<String, Object> json = new LinkedHashMap<>();
    var whole = TaskScores.of(found);
    json.put("definition", task.definition());
    json.put("scores", json(whole, found));
    whole.forEach((metric, score) -> row(task.name(), metric, score, found));
    var groups = TaskScores.byGroup(found);
    if (!groups.isEmpty()) {
      Map<String, Object> all = new TreeMap<>();
      groups.forEach((group, scores) -> {
        var of = found.stream().filter(i -> i.group().equals(group)).toList();
        all.put(group, json(scores, of));
        if (scores.containsKey(task.headline())) row("  " + group, task.headline(), scores.get(task.headline()), of);
      });
      json.put("groups", all);
    }
    return json;
  }

  private void row(String name, String metric, Score s, List<ItemResult> items) {
    Interval in = interval(metric, s, items);
    session.console().out.printf(Locale.ROOT, "%-44s %-22s %9.4f %9.4f %20s %7d%s%n", name, metric, s.mean(), s.standardError(),
        in.isDefined() ? String.format(Locale.ROOT, "[%.4f, %.4f]", in.low(), in.high()) : "", s.items(), s.clusters() < s.items() ? " in " + s.clusters() + " clusters" : "");
  }

  /** At 95 %: Wilson's for a share of independent items, by t over clusters for all else. */
  static Interval interval(String metric, Score s, List<ItemResult> items) {
    boolean share = s.clusters() == s.items() && items.stream().map(i -> i.metrics().get(metric)).allMatch(x -> x != null && (x == 0 || x == 1));
    if (share) return new Proportion((int) Math.round(s.mean() * s.items()), s.items()).wilson(0.95);
    if (s.clusters() < 2) return Interval.UNDEFINED;
    double half = new StudentT(s.clusters() - 1).quantile(0.975) * s.standardError();
    return new Interval(s.mean() - half, s.mean() + half);
  }

  private static Map<String, Object> json(SortedMap<String, Score> scores, List<ItemResult> items) {
    Map<String, Object> out = new LinkedHashMap<>();
    scores.forEach((metric, s) -> {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("value", s.mean());
      one.put("standard-error", Double.isNaN(s.standardError()) ? null : s.standardError());
      Interval in = interval(metric, s, items);
      one.put("interval-95", in.isDefined() ? List.of(in.low(), in.high()) : null);
      one.put("items", s.items());
      one.put("clusters", s.clusters());
      out.put(metric, one);
    });
    return out;
  }
}
