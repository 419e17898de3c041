package org.vulpes.evaluation.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedSet;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.Examination;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.evaluation.Subject;
import org.vulpes.evaluation.Task;
import org.vulpes.evaluation.TaskScores;

/** Tasks that are put to a model as often as it is measured, their items read once. @param items of each task, in the tasks' order */
record Examined(List<Task> tasks, List<List<Item>> items, Examination.Writing writing) implements Evaluation {
  @Override
  public SortedSet<String> metrics() {
    var byTask = new LinkedHashMap<String, List<Item>>();
    for (int i = 0; i < tasks.size(); i++) byTask.put(tasks.get(i).name(), items.get(i));
    return TaskScores.names(byTask, writing);
  }

  @Override
  public List<ItemResult> measure(Subject subject) {
    var out = new ArrayList<ItemResult>();
    try (var examination = new Examination(subject, writing)) {
      for (int i = 0; i < tasks.size(); i++) out.addAll(examination.put(tasks.get(i), items.get(i), share -> {}));
    }
    return out;
  }
}
