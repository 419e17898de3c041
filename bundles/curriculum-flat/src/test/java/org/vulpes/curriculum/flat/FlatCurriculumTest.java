package org.vulpes.curriculum.flat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Progress;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class FlatCurriculumTest {

  @Test
  void teachesTheSameLessonFromFirstToLast() {
    Curriculum flat = create("sequence-length = 8, batch-tokens = 32, weights { code = 2 }");
    var lesson = new Lesson(8, 32, Map.of("code", 2.0));
    assertEquals(lesson, flat.next(new Progress(0, 0, 1000, Double.NaN)));
    assertEquals(lesson, flat.next(new Progress(31, 992, 1000, 2.5)));
    assertEquals(1, flat.plan(1000).size());
    assertEquals(4, lesson.sequences());
  }

  @Test
  void defaultsAreValid() {
    var reference = ConfigFactory.parseResources(getClass().getClassLoader(), "reference.conf").resolve();
    var lesson = new FlatCurriculum().create(Options.at(reference, "curriculum.flat")).next(new Progress(0, 0, 1, 0));
    assertEquals(new Lesson(256, 4096, Map.of()), lesson);
  }

  @Test
  void refusesABatchThatIsNoMultipleOfTheLength() {
    var e = assertThrows(InvalidInput.class, () -> create("sequence-length = 7, batch-tokens = 32"));
    assertEquals("batch-tokens must be a multiple of sequence-length = 7, but is 32.", e.getMessage());
  }

  @Test
  void refusesWeightsThatAreAllZero() {
    var e = assertThrows(InvalidInput.class, () -> create("sequence-length = 8, batch-tokens = 32, weights { code = 0 }"));
    assertTrue(e.getMessage().startsWith("weights must give at least one domain"), e.getMessage());
  }

  private static Curriculum create(String hocon) {
    return new FlatCurriculum().create(Options.of(hocon));
  }
}
