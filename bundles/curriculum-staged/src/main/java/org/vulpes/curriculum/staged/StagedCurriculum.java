package org.vulpes.curriculum.staged;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;
import org.vulpes.slot.Spelling;

/** A lesson for each stage of the budget: Fox-1's three stages, or any other number of them. Stages end by tokens. */
@Component
@Fills(slot = "curriculum", use = "staged")
public final class StagedCurriculum implements Plugin<Curriculum> {
  private static final List<String> KEYS = List.of("name", "until", "sequence-length", "batch-tokens", "weights");

  @Override
  public Curriculum create(Options options) {
    List<Options> blocks = options.blocks("stages");
    if (blocks.isEmpty()) throw options.wrong("stages", "must list at least one stage { name, until, sequence-length, batch-tokens, weights }");
    var stages = new ArrayList<Stage>();
    var names = new HashSet<String>();
    for (int i = 0; i < blocks.size(); i++) {
      Options block = blocks.get(i);
      for (String key : block.keys()) {
        if (!KEYS.contains(key)) throw block.wrong(key, "is no key of a stage" + Spelling.hint(key, KEYS) + "; the keys are " + String.join(", ", KEYS));
      }
      String name = block.text("name");
      if (!names.add(name)) throw block.wrong("name", "must differ from stage to stage, but '" + name + "' is there twice");
      boolean last = i == blocks.size() - 1;
      End end = block.has("until") ? End.read(block) : last ? End.BUDGET : null;
      if (end == null) throw block.wrong("until", "is missing: say where stage '" + name + "' ends, for instance 39% or 500000 (tokens)");
      if (last && !end.equals(End.BUDGET)) {
        throw block.wrong("until", "must be 100% or left out: the last stage goes on to the end of the budget");
      }
      if (i > 0 && !stages.getLast().end.canPrecede(end)) {
        throw block.wrong("until", "must lie after the end of the stage before it, " + stages.getLast().end);
      }
      stages.add(new Stage(name, end, Lesson.read(block)));
    }
    return new Staged(List.copyOf(stages), options.path());
  }

  private record Stage(String name, End end, Lesson lesson) {}

  /** Where a stage ends. @param share of the budget, or 0 @param tokens or 0 */
  private record End(double share, long tokens) {
    static final End BUDGET = new End(1, 0);

    static End read(Options block) {
      String text = block.text("until").strip();
      if (!text.endsWith("%")) {
        try {
          return new End(0, block.whole("until", 2, Long.MAX_VALUE));
        } catch (InvalidInput e) {
          throw block.wrong("until", "must be a share of the budget such as 39% or a number of tokens from 2, but is " + text);
        }
      }
      try {
        double share = new java.math.BigDecimal(text.substring(0, text.length() - 1).strip()).movePointLeft(2).doubleValue();
        if (share > 0 && share <= 1) return new End(share, 0);
      } catch (NumberFormatException e) {
        // Falls through to the complaint.
      }
      throw block.wrong("until", "must be above 0% and at most 100%, but is " + text);
    }

    /** False when no budget could make the other end come later; ends of different kinds are compared when the budget is known. */
    boolean canPrecede(End other) {
      if (share == 1) return false;
      return tokens > 0 ? other.tokens == 0 || other.tokens > tokens : other.share == 0 || other.share > share;
    }

    long at(long totalTokens) {
      return tokens > 0 ? tokens : share == 1 ? totalTokens : Math.round(share * totalTokens);
    }

    @Override
    public String toString() {
      return tokens > 0 ? tokens + " tokens" : new java.math.BigDecimal(Double.toString(share)).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }
  }

  private record Staged(List<Stage> stages, String path) implements Curriculum {
    private static final String SCHEMA = "curriculum-staged";

    @Override
    public Lesson next(Progress progress) {
      return at(progress.tokens(), progress.totalTokens()).lesson;
    }

    /** The first stage that does not end at or before this token. A step that began in one stage is finished in it. */
    private Stage at(long tokens, long totalTokens) {
      for (Stage s : stages) if (tokens < s.end.at(totalTokens)) return s;
      return stages.getLast();
    }

    @Override
    public List<Planned> plan(long totalTokens) {
      for (int i = 1; i < stages.size(); i++) {
        long before = stages.get(i - 1).end.at(totalTokens);
        long end = stages.get(i).end.at(totalTokens);
        if (before >= end) {
          throw new InvalidInput((path.isEmpty() ? "stages" : path + ".stages") + "[" + i + "].until: stage '" + stages.get(i).name + "' ends at token " + end
              + " of " + totalTokens + ", not after stage '" + stages.get(i - 1).name + "' (" + before + "); change until or the budget.");
        }
      }
      var out = new ArrayList<Planned>();
      for (long token = 0; token < totalTokens; ) {
        Stage s = at(token, totalTokens);
        out.add(new Planned(token, s.name, s.lesson));
        long steps = Math.ceilDiv(s.end.at(totalTokens) - token, (long) s.lesson.batchTokens());
        token += steps * s.lesson.batchTokens();
      }
      return List.copyOf(out);
    }

    @Override
    public Snapshot save() {
      return Snapshot.empty(SCHEMA);
    }

    @Override
    public void restore(Snapshot snapshot) {
      // Without a state of its own it can take over from any curriculum: what it teaches depends on progress alone.
    }
  }
}
