package org.vulpes.evaluation.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.Examination;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Benchmarks by name, for runs: {@code evaluations { blimp { use = tasks, tasks { tasks = [blimp], data = data, limit = 20 } } }}. */
@Component
@Fills(slot = "evaluation", use = "tasks")
public final class TasksEvaluation implements Plugin<Evaluation> {

  @Override
  public Evaluation create(Options options) {
    var tasks = options.texts("tasks").stream().map(Tasks::named).toList();
    if (tasks.isEmpty()) throw options.wrong("tasks", "names no task; give at least one of " + String.join(", ", Tasks.all().stream().map(Task::name).toList()));
    Path data = options.has("data") ? options.file("data") : null;
    int shots = options.integer("shots", 0, 1000), limit = options.integer("limit", 0, Integer.MAX_VALUE);
    var items = new ArrayList<List<Item>>();
    for (Task t : tasks) items.add(limited(t.items(data, shots), limit));
    return new Examined(tasks, items, Examination.Writing.GREEDY);
  }

  /** The first so many items of each group, as the harness' --limit does. @param limit 0: all */
  public static List<Item> limited(List<Item> items, int limit) {
    if (limit == 0) return items;
    var seen = new java.util.HashMap<String, Integer>();
    return items.stream().filter(i -> seen.merge(i.group(), 1, Integer::sum) <= limit).toList();
  }
}
