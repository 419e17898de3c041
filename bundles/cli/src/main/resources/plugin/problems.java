package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Random64;

/** How many letters a word of one letter has: aaaa -> 4. Every tenth length is held out. */
@Component
@Fills(slot = "problems", use = "@name@")
public final class @class@ implements Plugin<Problems> {
  @Override
  public Problems create(Options options) {
    int longest = options.integer("longest", 10, 1000);
    return new Problems() {
      @Override
      public Problem training(long index) {
        // A function of the index alone, so that a resumed run meets the same problems.
        int length = 1 + (int) Random64.of(1, "@name@").below(index, longest - longest / 10);
        return problem(length + (length - 1) / 9, index);
      }

      @Override
      public int heldOut() {
        return longest / 10 * 26;
      }

      @Override
      public Problem heldOut(int index) {
        return problem(10 * (1 + index / 26), index);
      }

      /** @param letter counts letters from a, and begins again */
      private Problem problem(int length, long letter) {
        return Problem.of(String.valueOf((char) ('a' + letter % 26)).repeat(length) + " -> ", String.valueOf(length));
      }
    };
  }
}
