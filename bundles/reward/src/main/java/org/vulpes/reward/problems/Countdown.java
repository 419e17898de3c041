package org.vulpes.reward.problems;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** {@code 3 7 25 -> 46: }: an expression over the numbers, each at most once, that has the target's value. Every problem has a solution; reward {@code expression} accepts any. */
@Component
@Fills(slot = "problems", use = "countdown")
public final class Countdown implements Plugin<Problems> {

  @Override
  public Problems create(Options options) {
    int numbers = options.integer("numbers", 2, 6), largest = options.integer("largest", 2, 1000);
    return new Generated(options) {
      @Override
      Problem make(Dice dice) {
        var given = new ArrayList<Integer>();
        for (int i = 0; i < numbers; i++) given.add(dice.from(1, largest));
        var rest = new ArrayList<>(given);
        long value = rest.remove(dice.from(0, rest.size() - 1));
        String solution = Long.toString(value);
        while (!rest.isEmpty()) {
          int next = rest.remove(dice.from(0, rest.size() - 1));
          int operation = dice.from(0, 2);
          if (operation == 1 && value <= next || operation == 2 && value * next > 10L * largest) operation = 0;
          value = operation == 0 ? value + next : operation == 1 ? value - next : value * next;
          boolean bracket = operation == 2 && solution.matches(".*[+-].*");
          solution = (bracket ? "(" + solution + ")" : solution) + "+-*".charAt(operation) + next;
        }
        String prompt = given.stream().map(String::valueOf).collect(Collectors.joining(" ")) + " -> " + value + ": ";
        return new Problem(prompt, prompt, Long.toString(value), solution, Map.of("numbers", List.copyOf(given)));
      }
    };
  }
}
