package example.linear;

import java.util.ArrayList;
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

/** Sequences that grow in a straight line over the budget (Li et al. 2022, sequence-length warm-up), in steps, because every length has a program of its own. */
@Component
@Fills(slot = "curriculum", use = "linear")
public final class LinearCurriculum implements Plugin<Curriculum> {
  @Override
  public Curriculum create(Options options) {
    int from = options.integer("from", 2, 1 << 20);
    int to = options.integer("to", from, 1 << 20);
    int step = options.integer("step", 1, 1 << 20);
    if (from % step != 0 || to % step != 0) throw options.wrong("step", "= " + step + " must divide from = " + from + " and to = " + to);
    return new Linear(from, to, step, options.integer("sequences", 1, 1 << 16));
  }

  /** Its decisions follow from progress alone, so it has no state. */
  private record Linear(int from, int to, int step, int sequences) implements Curriculum {
    @Override
    public Lesson next(Progress progress) {
      int length = Math.min(to, from + (int) (progress.share() * stages()) * step);
      return lesson(length);
    }

    private int stages() {
      return (to - from) / step + 1;
    }

    private Lesson lesson(int length) {
      return new Lesson(length, length * sequences, Map.of());
    }

    @Override
    public List<Planned> plan(long totalTokens) {
      var out = new ArrayList<Planned>();
      for (int i = 0; i < stages(); i++) {
        int length = from + i * step;
        // The first token at which the share times the number of stages reaches i.
        out.add(new Planned(Math.ceilDiv(i * totalTokens, stages()), length + " tokens", lesson(length)));
      }
      return out;
    }

    @Override
    public Snapshot save() {
      return Snapshot.empty("curriculum-linear");
    }

    @Override
    public void restore(Snapshot snapshot) {}
  }
}
