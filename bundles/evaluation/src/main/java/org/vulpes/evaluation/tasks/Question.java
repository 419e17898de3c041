package org.vulpes.evaluation.tasks;

import java.util.List;
import java.util.stream.IntStream;
import org.vulpes.evaluation.Item;

/**
 * A question with choices, in the form in which it is put.
 *
 * @param text what stands before the choice
 * @param choices as they follow the text, without the space between
 * @param answer index of the right one
 */
record Question(String id, String cluster, String group, String text, List<String> choices, int answer) {

  /** As a solved example. */
  String solved() {
    return text + " " + choices.get(answer);
  }

  /** @param before description and examples */
  Item.Choice item(String before) {
    return new Item.Choice(id, cluster, group, choices.stream().map(c -> new Item.Option(before + text, " " + c, c)).toList(), List.of(answer), false);
  }

  /** Which of the labels is meant. @param labels of the choices, in order */
  static int index(List<String> labels, String label, DataFiles.Line line) {
    int at = labels.indexOf(label.strip());
    if (at < 0) throw line.wrong("the answer '" + label + "' is none of " + labels + ".");
    return at;
  }

  /** A, B, C, … of a list of choices: what letter forms put before each line. */
  static String lettered(List<String> choices) {
    var out = new StringBuilder();
    IntStream.range(0, choices.size()).forEach(i -> out.append((char) ('A' + i)).append(". ").append(choices.get(i)).append('\n'));
    return out.toString();
  }
}
