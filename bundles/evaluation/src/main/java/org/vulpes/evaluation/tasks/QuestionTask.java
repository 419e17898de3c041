package org.vulpes.evaluation.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

/**
 * A task of questions with choices, read from files.
 *
 * @param tested paths of the files with the questions, best first: the first that occurs below the user's folder is taken
 * @param examples path of files with solved examples; empty: there are none
 * @param parts whether all files of a pattern belong to the task (a subject each), instead of the first
 * @param reader makes questions of a file
 * @param before what stands before the examples, for a group
 * @param firstExamples the first so many examples, as the harness does for MMLU; otherwise drawn for each question
 */
record QuestionTask(String name, String definition, String headline, List<String> tested, String examples, boolean parts, Function<DataFiles.Text, List<Question>> reader,
    UnaryOperator<String> before, boolean firstExamples) implements Task {

  @Override
  public List<Item> items(Path data, int shots) {
    List<DataFiles.Text> files = files(data);
    Map<String, List<Question>> solved = shots == 0 ? Map.of() : solved(data, shots);
    var items = new ArrayList<Item>();
    for (DataFiles.Text file : files) {
      for (Question q : reader.apply(file)) {
        String description = before.apply(q.group());
        items.add(q.item(shots == 0 ? description : description + examples(q, solved, shots)));
      }
    }
    if (items.isEmpty()) throw new InvalidInput(files.getFirst().place() + " holds no questions of " + name + ".");
    return items;
  }

  private List<DataFiles.Text> files(Path data) {
    if (data == null) throw new InvalidInput("Task " + name + " needs --data FOLDER with its files: " + definition + ".");
    for (String pattern : tested) {
      var found = DataFiles.all(data, pattern);
      if (!found.isEmpty()) return parts ? found : found.subList(0, 1);
    }
    throw new InvalidInput("There are no files of " + name + " below " + data + " (looked for " + String.join(", ", tested) + "): " + definition + ".");
  }

  private Map<String, List<Question>> solved(Path data, int shots) {
    if (examples.isEmpty()) throw new InvalidInput("Task " + name + " is defined without solved examples; leave --shots at 0.");
    var out = new TreeMap<String, List<Question>>();
    for (DataFiles.Text file : DataFiles.all(data, examples)) for (Question q : reader.apply(file)) out.computeIfAbsent(q.group(), _ -> new ArrayList<>()).add(q);
    if (out.isEmpty()) throw new InvalidInput("There are no solved examples of " + name + " below " + data + " (looked for " + examples + "); leave --shots at 0, or add the file.");
    out.forEach((group, list) -> {
      if (list.size() < shots) throw new InvalidInput("Task " + name + (group.isEmpty() ? "" : ", " + group) + " has " + list.size() + " solved examples, fewer than --shots " + shots + ".");
    });
    return out;
  }

  private String examples(Question q, Map<String, List<Question>> solved, int shots) {
    var from = solved.get(q.group());
    if (from == null) throw new InvalidInput("Task " + name + " has no solved examples for " + q.group() + "; leave --shots at 0, or add the file.");
    var out = new StringBuilder();
    var random = Random64.of(1234, "shots", q.id());
    var drawn = new java.util.LinkedHashSet<Integer>();
    for (int i = 0; drawn.size() < shots; i++) drawn.add(firstExamples ? i : (int) random.below(i, from.size()));
    for (int i : drawn) out.append(from.get(i).solved()).append("\n\n");
    return out.toString();
  }
}
