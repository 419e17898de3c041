package org.vulpes.evaluation;

import java.nio.file.Path;
import java.util.List;

/** A benchmark: items, and what they follow. */
public interface Task {
  /** {@code arc-challenge}. */
  String name();

  /** What the items and metrics follow, for people: the harness' task and version, and in which layouts the data may be. */
  String definition();

  /**
   * Reads the task.
   *
   * @param data the folder that the user gave; null: none, for tasks that are made here
   * @param shots solved examples before each item
   * @throws org.vulpes.slot.InvalidInput when the data are missing or broken, naming file and line
   */
  List<Item> items(Path data, int shots);

  /** The metric that stands for the task where there is room for one. */
  String headline();
}
