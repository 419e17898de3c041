package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vulpes.slot.InvalidInput;

/** Trials that are trained together as far as they are the same. 20 steps of 64 tokens. */
class BranchTest {
  private static final String BRANCHED = """
      study {
        baseline = mha
        arms { mha {}, gqa { model.attention.gqa.kv-heads = 2 } }
        branch { at = 80%, arms { uptrained { model.attention.gqa.kv-heads = 2 }, slower { optimizer.adamw.lr = 1e-4 } } }
      }""";

  private final Laboratory laboratory = new Laboratory();
  @TempDir Path folder;

  private Optional<Shared> shared(Study study, String arm) {
    return study.plan().arm(arm).shared();
  }

  private byte[] weights(String study, String trial) throws IOException {
    return Files.readAllBytes(folder.resolve(study).resolve("trials").resolve(trial).resolve("checkpoints/20/model.safetensors"));
  }

  private List<String> metrics(String study, String trial) throws IOException {
    return Files.readAllLines(folder.resolve(study).resolve("trials").resolve(trial).resolve("metrics.jsonl")).stream().map(l -> l.replaceAll("\"seconds\":[^,}]*", "")).toList();
  }

  @Test
  void armsOfABranchHaveTheBitsThatTheyWouldHaveByThemselves() throws IOException {
    Study study = laboratory.study(folder, "branched", BRANCHED);
    assertEquals("mha 1024", shared(study, "uptrained").map(s -> s.from() + " " + s.token()).orElseThrow());
    assertEquals("mha 1024", shared(study, "slower").map(s -> s.from() + " " + s.token()).orElseThrow());
    assertTrue(shared(study, "gqa").isEmpty());
    // Two arms of four leave out 80 % of theirs, on two seeds.
    assertEquals(2 * 2 * 0.8 * study.plan().arm("mha").flops(), study.plan().savedFlops(), 1e-6 * study.plan().savedFlops());
    var result = study.run(laboratory.swaps, () -> false, "test");
    assertEquals(0, result.missing());
    assertEquals(4, laboratory.said.stream().filter(s -> s.endsWith("begins at step 16 of mha, up to which it is the same")).count());
    assertFalse(Files.exists(folder.resolve("branched/trials/mha-s1/branches")), "checkpoints for others go when nobody needs them");
    // The same arms, each trained by itself.
    for (String change : List.of("uptrained { changes = [{ at = 80%, model.attention.gqa.kv-heads = 2 }]", "slower { changes = [{ at = 80%, optimizer.adamw.lr = 1e-4 }]")) {
      String arm = change.substring(0, change.indexOf(' '));
      laboratory.study(folder, arm, "study { baseline = other, arms { other { model.attention.gqa.kv-heads = 1 }, " + change + "} } }").run(laboratory.swaps, () -> false, "test");
      for (int seed = 1; seed <= 2; seed++) {
        String trial = arm + "-s" + seed;
        assertArrayEquals(weights(arm, trial), weights("branched", trial), trial);
        assertEquals(metrics(arm, trial), metrics("branched", trial));
        int s = seed;
        assertEquals(result.trial(arm, seed).orElseThrow().bitsPerByte(), Study.result(folder.resolve(arm), "").trial(arm, s).orElseThrow().bitsPerByte());
      }
    }
  }

  @Test
  void swapsOfBricksCostWhatTheModelCostsFromTheirStepOn() {
    Study study = laboratory.study(folder, "swapped", """
        study { baseline = changed, arms {
          changed { changes = [{ at = 50%, model.layers = 3 }] }
          swapped { swaps = [{ at = 50%, slot = model.depth, use = uniform, model.layers = 3 }] }
          more { swaps = [{ at = 50%, slot = model.depth, use = uniform, model.layers = 4 }] }
        } }""");
    assertEquals(study.plan().arm("changed").flops(), study.plan().arm("swapped").flops(), 1);
    assertTrue(study.plan().arm("more").flops() > 1.05 * study.plan().arm("swapped").flops());
    assertEquals(640, shared(study, "more").orElseThrow().token(), "up to the swap, and no further");
    var e = assertThrows(InvalidInput.class, () -> laboratory.study(folder, "wrong", "study { baseline = a, arms { a {}, b { swaps = [{ at = 50%, slot = model.attention, use = gqa, gqa.head-dim = 10 }] } } }"));
    assertTrue(e.getMessage().contains("the swap of 'model.attention' at 50% cannot be made: ") && e.getMessage().contains("no surgery turns a model"), e::getMessage);
  }

  @Test
  void studyThatWasStoppedGoesOnWithItsBranches() throws IOException {
    laboratory.study(folder, "whole", BRANCHED).run(laboratory.swaps, () -> false, "test");
    for (int stops = 0; stops < 2; stops++) {
      var left = new AtomicInteger(40 + 30 * stops);
      laboratory.study(folder, "stopped", BRANCHED).run(laboratory.swaps, () -> left.getAndDecrement() <= 0, "test");
    }
    laboratory.study(folder, "stopped", BRANCHED).run(laboratory.swaps, () -> false, "test");
    for (String trial : List.of("mha-s1", "mha-s2", "gqa-s2", "uptrained-s1", "uptrained-s2", "slower-s2")) assertArrayEquals(weights("whole", trial), weights("stopped", trial), trial);
  }

  @Test
  void sharedFirstStepsAreFoundWithoutABranch() {
    String staged = "curriculum { use = staged, staged.stages = [{ name = a, until = 50%%, sequence-length = 16, batch-tokens = 64 }, { name = b, sequence-length = %d, batch-tokens = 64 }] }";
    Study study = laboratory.study(folder, "found", """
        study { baseline = flat, arms {
          flat {}
          short { %s }
          long { %s }
          swapped { swaps = [{ at = "6 steps", slot = schedule, use = linear }] }
          twice { swaps = [{ at = "6 steps", slot = schedule, use = linear }, { at = 75%%, slot = curriculum, use = flat, flat.sequence-length = 32 }] }
          other { optimizer.adamw.lr = 1e-2 }
        } }""".formatted(staged.formatted(8), staged.formatted(32)));
    // Two stateless curricula that teach the same for half of the budget; `short` and `long` part there too.
    assertEquals("flat 640", shared(study, "short").map(s -> s.from() + " " + s.token()).orElse(""));
    assertEquals("flat 640", shared(study, "long").map(s -> s.from() + " " + s.token()).orElse(""));
    assertEquals("flat 384", shared(study, "swapped").map(s -> s.from() + " " + s.token()).orElse(""));
    assertEquals("swapped 960", shared(study, "twice").map(s -> s.from() + " " + s.token()).orElse(""));
    assertTrue(shared(study, "other").isEmpty());
    assertEquals(0, laboratory.study(folder, "off", "study { share = off, baseline = a, arms { a {}, b { changes = [{ at = 50%, optimizer.adamw.lr = 1e-4 }] } } }").plan().savedFlops());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      branch { at = 80%, from = mho, arms { x { model.layers = 3 } } }         | study.branch.from names the arm 'mho', which study.arms does not have; did you mean 'mha'
      branch { arms { x { model.layers = 3 } } }                               | study.branch.at is missing; say where the arms part, for instance 80%
      branch { at = 80%, arms { mha { model.layers = 3 } } }                   | study.branch.arms.mha has the name of an arm in study.arms
      branch { at = 80%, arms { x { model.layers = 3, match = flops } } }      | x.match cannot be given for an arm of a branch
      branch { at = 80% }                                                      | study.branch.at has nothing to do
      branch { at = 80%, arms { x { model.layers = 1 } } }                     | the change at 80% cannot be made: model.layers = 1 takes away blocks of a model that has 2
      branch { at = 80%, arms { x { model.width = 32 } } }                     | no surgery turns a model with model.width = 16 into one with model.width = 32
      branch { at = 80%, arms { x { model.layrs = 3 } } }                      | model.layrs is not a key; did you mean 'layers'
      branch { at = 80%, arms { x { training.tokens = 99 } } }                 | training.tokens cannot be changed while a run goes on
      arms.x.swaps = [{ at = "5000 steps", slot = curriculum, use = flat }]     | the swap of 'curriculum' at step 5000 never comes: the run ends after
      arms.x.swaps = [{ at = 900000, slot = curriculum, use = flat }]           | the swap of 'curriculum' at token 900000 never comes
      arms.x.changes = [{ at = "5000 steps", optimizer.use = lion }]            | the change at step 5000 never comes
      """)
  void wrongBranchIsRefusedBeforeAnythingTrains(String branch, String part) {
    var e = assertThrows(InvalidInput.class, () -> laboratory.study(folder, "wrong", "study { baseline = mha, arms { mha {}, gqa { model.attention.gqa.kv-heads = 2 } }, " + branch + " }"));
    assertTrue(e.getMessage().contains(part), e::getMessage);
    assertFalse(Files.exists(folder.resolve("wrong")));
  }
}
