package org.vulpes.reward.problems;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** {@code 47+385=}: sums, differences and products of whole numbers, from left to right without brackets and without precedence of products. */
@Component
@Fills(slot = "problems", use = "arithmetic")
public final class Arithmetic implements Plugin<Problems> {

  @Override
  public Problems create(Options options) {
    var operations = options.texts("operations");
    if (operations.isEmpty() || !List.of("+", "-", "*").containsAll(operations)) throw options.wrong("operations", "must be a list of some of \"+\", \"-\", \"*\"");
    int terms = options.integer("terms", 2, 8), least = options.integer("least-digits", 1, 6), most = options.integer("digits", 1, 6);
    if (least > most) throw options.wrong("least-digits", "= " + least + " is more than digits = " + most);
    if (terms > 2 && operations.contains("*")) throw options.wrong("operations", "may hold \"*\" only with terms = 2: there is no precedence of operations here");
    boolean reversed = options.flag("reversed");
    return new Generated(options) {
      @Override
      Problem make(Dice dice) {
        long value = dice.digits(dice.from(least, most));
        var prompt = new StringBuilder(Long.toString(value));
        for (int i = 1; i < terms; i++) {
          String operation = dice.one(operations);
          int next = dice.digits(dice.from(least, most));
          prompt.append(operation).append(next);
          value = switch (operation) {
            case "+" -> value + next;
            case "-" -> value - next;
            default -> value * next;
          };
        }
        String answer = Long.toString(value);
        // Lowest digit first: carries are known when they are needed.
        return Problem.of(prompt.append('=').toString(), reversed ? new StringBuilder(answer).reverse().toString() : answer);
      }
    };
  }
}
