package @package@;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Short sequences in the first half of the budget, longer ones after. */
@Component
@Fills(slot = "curriculum", use = "@name@")
public final class @class@ implements Plugin<Curriculum> {
  private static final int BATCH_TOKENS = 4096;

  @Override
  public Curriculum create(Options options) {
    int to = options.integer("to", 64, BATCH_TOKENS);
    if (BATCH_TOKENS % to != 0) throw options.wrong("to", "must divide " + BATCH_TOKENS + ", but is " + to);
    return new Curriculum() {
      private final Lesson first = new Lesson(64, BATCH_TOKENS, Map.of());
      private final Lesson second = new Lesson(to, BATCH_TOKENS, Map.of());

      @Override
      public Lesson next(Progress progress) {
        return progress.share() < 0.5 ? first : second;
      }

      @Override
      public List<Planned> plan(long totalTokens) {
        return List.of(new Planned(0, "short", first), new Planned(totalTokens / 2, "long", second));
      }

      // What it decides follows from progress alone, so there is no state to hand on.
      @Override
      public Snapshot save() {
        return Snapshot.empty("@name@");
      }

      @Override
      public void restore(Snapshot snapshot) {}
    };
  }
}
