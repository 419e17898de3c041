package org.vulpes.reward.stock;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Instructions that can be checked, as IFEval (Zhou et al. 2023) has them: the problem's facts {@code instruction_id_list} and {@code kwargs} name them. The score is the
 * share that is followed ({@code all}: 1 only when all are).
 */
@Component
@Fills(slot = "reward", use = "constraints")
public final class Constraints implements Plugin<Reward> {

  @Override
  public Reward create(Options options) {
    boolean all = options.flag("all");
    return Reward.each(s -> {
      List<Boolean> kept = kept(s.problem(), s.text());
      double share = kept.stream().mapToDouble(k -> k ? 1 : 0).average().orElseThrow();
      return all ? Math.floor(share) : share;
    });
  }

  /** @throws IllegalArgumentException when the problem has no instructions, or one that is not known here */
  static List<Boolean> kept(Problem problem, String text) {
    if (!(problem.facts().get("instruction_id_list") instanceof List<?> ids) || ids.isEmpty()) {
      throw new IllegalArgumentException("problem " + problem.id() + " has no field 'instruction_id_list'");
    }
    List<?> arguments = problem.facts().get("kwargs") instanceof List<?> l ? l : List.of();
    var out = new ArrayList<Boolean>();
    for (int i = 0; i < ids.size(); i++) {
      Map<?, ?> own = i < arguments.size() && arguments.get(i) instanceof Map<?, ?> m ? m : Map.of();
      out.add(!text.isBlank() && Instruction.follows(ids.get(i).toString(), own, text));
    }
    return out;
  }
}
