package org.vulpes.reward.problems;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Lists of numbers or letters that are compared, sorted, copied or reversed. */
@Component
@Fills(slot = "problems", use = "sequences")
public final class Sequences implements Plugin<Problems> {

  @Override
  public Problems create(Options options) {
    var kinds = options.texts("kinds");
    if (kinds.isEmpty() || !List.of("largest", "smallest", "sort", "copy", "reverse").containsAll(kinds)) {
      throw options.wrong("kinds", "must be a list of some of largest, smallest, sort, copy, reverse");
    }
    int least = options.integer("least-length", 2, 64), most = options.integer("length", 2, 64), digits = options.integer("digits", 1, 6);
    if (least > most) throw options.wrong("least-length", "= " + least + " is more than length = " + most);
    return new Generated(options) {
      @Override
      Problem make(Dice dice) {
        String kind = dice.one(kinds);
        int n = dice.from(least, most);
        var list = new ArrayList<Integer>();
        for (int i = 0; i < n; i++) list.add(dice.from(0, (int) Math.pow(10, digits) - 1));
        return Problem.of(kind + " " + text(list) + " = ", text(switch (kind) {
          case "sort" -> list.stream().sorted().toList();
          case "reverse" -> list.reversed();
          case "largest" -> List.of(Collections.max(list));
          case "smallest" -> List.of(Collections.min(list));
          default -> list;
        }));
      }
    };
  }

  private static String text(List<Integer> list) {
    return list.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
