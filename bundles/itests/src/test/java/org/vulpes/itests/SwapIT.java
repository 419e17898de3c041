package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.itests.Distribution.Result;
import org.vulpes.itests.command.HalvingCurriculum;

/** A run of the real distribution in one process, swaps from another, as two terminals do it. */
class SwapIT {
  @TempDir Path folder;
  private Distribution house;
  private Path run;

  @BeforeEach
  void build() throws IOException {
    house = Distribution.in(folder.resolve("house").toAbsolutePath());
    run = folder.resolve("runs/live/trials/run-s1");
    Files.writeString(folder.resolve("live.conf"), """
        model { width = 32, layers = 2, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 64 }
        tokenizer.use = byte
        corpus { max-bytes = 60000, validation-bytes = 4000, packages.domains = [dictionary, speech] }
        curriculum { use = flat, flat { sequence-length = 64, batch-tokens = 128 } }
        training { tokens = 400000000, checkpoint-every = 50, evaluations = 1, evaluation-length = 64 }
        storage { runs = "%s", cache = "%s" }
        study.sample-tokens = 0
        """.formatted(folder.resolve("runs"), folder.resolve("cache")));
  }

  private Process train() throws Exception {
    Process p = house.command("run", folder.resolve("live.conf").toString()).redirectOutput(folder.resolve("out").toFile()).redirectError(folder.resolve("err").toFile()).start();
    long before = steps();
    for (int i = 0; i < 1200 && steps() <= before + 2; i++) {
      if (!p.isAlive()) throw new AssertionError(Files.readString(folder.resolve("err")));
      Thread.sleep(50);
    }
    return p;
  }

  private long steps() throws IOException {
    Path metrics = run.resolve("metrics.jsonl");
    return Files.exists(metrics) ? Files.readAllLines(metrics).size() : 0;
  }

  private void drop() throws Exception {
    house.plugin("vulpes.halving", Map.of("Service-Component", "OSGI-INF/halving.xml", "Import-Package", "org.vulpes.slot,org.vulpes.curriculum"),
        Map.of("OSGI-INF/halving.xml", """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="halving"><property name="slot" value="curriculum"/><property name="use" value="halving"/>
            <service><provide interface="org.vulpes.slot.Plugin"/></service><implementation class="%s"/></scr:component>""".formatted(HalvingCurriculum.class.getName()),
            "reference.conf", "curriculum.halving { length = 64 }"),
        HalvingCurriculum.class, Class.forName(HalvingCurriculum.class.getName() + "$1"));
  }

  @Test
  void pluginDroppedIntoTheFolderTakesOverARunInAnotherProcessAndSurvivesItsKill() throws Exception {
    Process training = train();
    try {
      Result slots = house.run("slots", run.toString());
      assertEquals(0, slots.code(), slots::err);
      assertTrue(slots.out().contains("curriculum           loop     flat         0 "), slots::out);

      Result unknown = house.run("swap", run.toString(), "curriculum", "halving");
      assertEquals(1, unknown.code(), unknown::toString);
      assertTrue(unknown.out().contains("there is no plugin 'halving'"), unknown::out);
      drop();
      Result swapped = house.run("swap", run.toString(), "curriculum", "halving", "--set", "length=32");
      assertEquals(0, swapped.code(), swapped::toString);
      assertTrue(swapped.out().contains("curriculum = halving stays"), swapped::out);
      assertTrue(house.run("slots", folder.resolve("runs/live").toString()).out().contains("{\"length\":32}"), "a study's folder will do when one trial is training");
      Files.delete(house.home().resolve("plugins/vulpes.halving.jar"));
    } finally {
      training.destroyForcibly().waitFor();
    }
    Result nobody = house.run("slots", run.toString());
    assertEquals(2, nobody.code());
    assertTrue(nobody.err().contains("Nobody is training in " + run), nobody::err);

    // The jar is gone from 'plugins'; the run has kept the one that it swapped in.
    Process again = train();
    try {
      boolean halving = false;
      for (int i = 0; i < 100 && !halving; i++) halving = house.run("slots", run.toString()).out().contains("curriculum           loop     halving");
      assertTrue(halving, "done again at its step");
      // What it replaced can be undone once it has passed its probation again.
      Result undone = house.run("swap", run.toString(), "--undo");
      for (int i = 0; i < 100 && undone.err().contains("There is nothing to undo"); i++) undone = house.run("swap", run.toString(), "--undo");
      assertEquals(0, undone.code(), undone::toString);
      assertTrue(undone.out().contains("curriculum = flat stays"), undone::out);
    } finally {
      new ProcessBuilder("kill", "-INT", Long.toString(again.pid())).start().waitFor();
      assertTrue(again.waitFor(60, TimeUnit.SECONDS));
    }
    assertFalse(Files.exists(run.resolve(".control/socket")), "a run that ends takes its socket away");
  }

  @Test
  void shellSwapsInTheRunsOwnProcessAndLeavesACheckpoint() throws Exception {
    Path script = folder.resolve("script");
    Files.writeString(script, "slots\nswap optimizer lion --set lr=1e-3\nundo\nswop\nplugins all\nstatus\nfork at 1\nfork nowhere\nforks\nexit\n");
    Result shell = Distribution.run(house.command("shell", folder.resolve("live.conf").toString()).redirectInput(script.toFile()));
    assertEquals(130, shell.code(), shell::toString);
    assertTrue(shell.out().contains("There is no command 'swop'; commands are slots, swap"), shell::out);
    assertTrue(shell.out().contains("plugins stands alone; it does not know 'all'"), shell::out);
    assertTrue(shell.out().contains("checkpoint"), "a fork at a step of which none is kept: " + shell.out());
    assertTrue(shell.out().contains("fork: it is: fork [at STEP] --set KEY=VALUE… [--name NAME]"), shell::out);
    assertTrue(shell.out().contains("nothing was forked from run-s1"), shell::out);
    // The commands may have come before the run's first step, which takes its time.
    assertTrue(shell.out().contains("optimizer = adamw stays"), shell::toString);
    assertTrue(Files.list(run.resolve("checkpoints")).findFirst().isPresent());
  }
}
