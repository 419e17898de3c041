package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies that are killed, at any moment, with no time to say farewell. */
class KillIT {
  @TempDir Path folder;

  @Test
  void twentyKillsChangeNoBit() throws Exception {
    var studies = new Studies(folder);
    Path file = studies.small(24000);
    Distribution.Result whole = studies.ended(studies.start(folder.resolve("whole"), "run", file.toString()));
    assertEquals(0, whole.code(), whole::err);
    var random = new Random(20);
    int round = 0;
    for (int kills = 0; kills < 20; ) {
      Process p = studies.start(folder.resolve("killed" + round), "run", file.toString());
      // The start takes about a second, so some kills strike before anything trains and most in the middle of it.
      if (p.waitFor(700 + random.nextInt(1600), TimeUnit.MILLISECONDS)) {
        assertEquals(0, p.exitValue());
        assertSameWeights(folder.resolve("killed" + round++));
      } else {
        p.destroyForcibly().waitFor();
        kills++;
      }
    }
    Distribution.Result killed = studies.ended(studies.start(folder.resolve("killed" + round), "run", file.toString()));
    assertEquals(0, killed.code(), killed::err);
    assertSameWeights(folder.resolve("killed" + round));
    assertEquals(Studies.table(whole.out()), Studies.table(killed.out()));
  }

  private void assertSameWeights(Path runs) throws IOException {
    for (String trial : List.of("shared-s1", "shared-s2", "full-s1", "full-s2")) {
      assertArrayEquals(Studies.weights(folder.resolve("whole/small/trials").resolve(trial)), Studies.weights(runs.resolve("small/trials").resolve(trial)), trial);
    }
  }
}
