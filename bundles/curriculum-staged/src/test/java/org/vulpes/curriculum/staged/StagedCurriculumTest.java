package org.vulpes.curriculum.staged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Curriculum.Planned;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class StagedCurriculumTest {
  private static final String TWO = "stages = [{ name = a, until = 40%, sequence-length = 4, batch-tokens = 8 }, "
      + "{ name = b, sequence-length = 8, batch-tokens = 16 }]";

  @Test
  void changesTheLessonAtTheFirstStepAtOrAfterTheBoundary() {
    Curriculum staged = create(TWO);
    assertEquals(4, staged.next(progress(0, 100)).sequenceLength());
    assertEquals(4, staged.next(progress(39, 100)).sequenceLength());
    assertEquals(8, staged.next(progress(40, 100)).sequenceLength());
    assertEquals(8, staged.next(progress(100, 100)).sequenceLength());
    assertEquals(List.of("0 a", "40 b"), names(staged.plan(100)));
    // 40 % of 110 = 44 lies inside a step of 8 tokens that begins at 40.
    assertEquals(List.of("0 a", "48 b"), names(staged.plan(110)));
  }

  @Test
  void defaultsAreFoxOnesThreeStages() {
    var reference = ConfigFactory.parseResources(getClass().getClassLoader(), "reference.conf").resolve();
    var plan = new StagedCurriculum().create(Options.at(reference, "curriculum.staged")).plan(1_000_000);
    assertEquals(List.of("short", "long", "quality"), plan.stream().map(Planned::name).toList());
    assertEquals(List.of(128, 256, 512), plan.stream().map(p -> p.lesson().sequenceLength()).toList());
    assertEquals(2 * plan.get(0).lesson().batchTokens(), plan.get(1).lesson().batchTokens());
    assertEquals(0.39, plan.get(1).fromToken() / 1e6, 0.0021);
  }

  @Property(tries = 200)
  void planTellsExactlyWhatNextTeaches(@ForAll @LongRange(min = 1, max = 3000) long total, @ForAll @IntRange(min = 1, max = 60) int first,
      @ForAll @IntRange(min = 61, max = 99) int second, @ForAll @IntRange(min = 1, max = 40) int sequences) {
    Curriculum staged = create("stages = [{ name = a, until = " + first + "%, sequence-length = 4, batch-tokens = " + 4 * sequences
        + " }, { name = b, until = " + second + "%, sequence-length = 8, batch-tokens = 16 }, { name = c, until = 100%, sequence-length = 16, batch-tokens = 64 }]");
    List<Planned> plan;
    try {
      plan = staged.plan(total);
    } catch (InvalidInput e) {
      assertTrue(Math.round(first / 100.0 * total) >= Math.round(second / 100.0 * total) || Math.round(second / 100.0 * total) >= total, e.getMessage());
      return;
    }
    var taught = new ArrayList<String>();
    Lesson before = null;
    for (long tokens = 0; tokens < total; ) {
      Lesson lesson = staged.next(progress(tokens, total));
      if (!lesson.equals(before)) taught.add(tokens + " " + lesson.sequenceLength());
      before = lesson;
      tokens += lesson.batchTokens();
    }
    assertEquals(taught, plan.stream().map(p -> p.fromToken() + " " + p.lesson().sequenceLength()).toList());
  }

  @Test
  void refusesMistakesWithTheirKey() {
    says("stages = []", "stages must list at least one stage");
    says("stages = [{ name = a, sequence-length = 4, batch-token = 8 }]", "stages[0].batch-token is no key of a stage; did you mean 'batch-tokens'?");
    says("stages = [{ name = a, sequence-length = 4, batch-tokens = 10 }]", "stages[0].batch-tokens must be a multiple of sequence-length = 4, but is 10");
    says("stages = [{ name = a, until = 50%, sequence-length = 4, batch-tokens = 8 }]", "stages[0].until must be 100% or left out");
    says("stages = [{ name = a, until = 0.4, sequence-length = 4, batch-tokens = 8 }]", "stages[0].until must be a share of the budget such as 39% or");
    says("stages = [{ name = a, until = 140%, sequence-length = 4, batch-tokens = 8 }]", "stages[0].until must be above 0% and at most 100%");
    says(TWO.replace("until = 40%, ", ""), "stages[0].until is missing");
    says(TWO.replace("name = b", "name = a"), "stages[1].name must differ");
    says(TWO.replace("40%", "100%"), "stages[1].until must lie after the end of the stage before it, 100%");
    says("stages = [{ sequence-length = 4, batch-tokens = 8 }]", "stages[0].name is missing");
  }

  @Test
  void refusesABudgetThatAStageDoesNotFit() {
    var e = assertThrows(InvalidInput.class, () -> create(TWO.replace("40%", "400")).plan(300));
    assertEquals("stages[1].until: stage 'b' ends at token 300 of 300, not after stage 'a' (400); change until or the budget.", e.getMessage());
  }

  private static void says(String hocon, String begin) {
    var e = assertThrows(InvalidInput.class, () -> create(hocon));
    assertTrue(e.getMessage().startsWith(begin), e.getMessage());
  }

  private static List<String> names(List<Planned> plan) {
    return plan.stream().map(p -> p.fromToken() + " " + p.name()).toList();
  }

  private static Progress progress(long tokens, long total) {
    return new Progress(0, tokens, total, 1);
  }

  private static Curriculum create(String hocon) {
    return new StagedCurriculum().create(Options.of(hocon));
  }
}
