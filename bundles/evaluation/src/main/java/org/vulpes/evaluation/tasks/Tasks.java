package org.vulpes.evaluation.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/** The tasks that are here, by name. */
public final class Tasks {
  private static final Map<String, Task> ALL = new LinkedHashMap<>();

  static {
    var all = new ArrayList<Task>(ChoiceTasks.all());
    all.addAll(List.of(MmluTask.letters(), MmluTask.cloze(), OtherTasks.winoGrande(), OtherTasks.truthfulQa(false), OtherTasks.truthfulQa(true), OtherTasks.blimp(), new Gsm8kTask(),
        new WordNetTask(false), new WordNetTask(true), new TextTask()));
    for (Task t : all) ALL.put(t.name(), t);
  }

  private Tasks() {}

  public static List<Task> all() {
    return List.copyOf(ALL.values());
  }

  /** @throws InvalidInput when there is none; the message lists those that exist */
  public static Task named(String name) {
    Task t = ALL.get(name);
    String hint = Spelling.hint(name, ALL.keySet());
    if (t == null) throw new InvalidInput("There is no task '" + name + "'; tasks are " + String.join(", ", ALL.keySet()) + (hint.isEmpty() ? "." : hint));
    return t;
  }
}
