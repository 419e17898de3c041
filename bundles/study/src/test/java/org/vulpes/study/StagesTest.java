package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Which runs of which stages a study trains, and with what. */
class StagesTest {
  private static final String COMMON = """
      init = "", training { tokens = 100, threads = 1, checkpoint-every = 1, keep-checkpoints = 1 }, model { width = 8, lora.rank = 0 }, objective.use = pretrain, storage {}, swapping {}
      study {
        stages = [pretrain, sft, preference]
        stage { sft { objective.use = sft, training.tokens = 50 }, preference { objective.use = preference, model.lora.rank = 4 } }
        arms {
          base {}
          later { stage.preference.training.tokens = 70 }
          middle { stage.sft.training.tokens = 60 }
          wide { model.width = 16 }
        }
      }
      """;
  private final Config root = ConfigFactory.parseString(COMMON).resolve();
  private final Options study = Options.at(root, "study");
  private final List<String> names = Stages.names(study);

  private Map.Entry<List<Stages.Stage>, Config> chain(String arm) {
    Options own = study.block("arms").block(ConfigUtil.joinPath(arm));
    return Stages.chain(names, Stages.configs(names, root.withoutPath("study"), study, own.config().root(), own));
  }

  private List<String> keys(String arm) {
    return chain(arm).getKey().stream().map(Stages.Stage::key).toList();
  }

  @Test
  void armsShareTheStagesBeforeTheyDiffer() {
    assertEquals(keys("base"), keys("later"), "they differ in the last stage only");
    assertEquals(keys("base").getFirst(), keys("middle").getFirst());
    assertNotEquals(keys("base").getLast(), keys("middle").getLast(), "they differ from the second stage on");
    assertNotEquals(keys("base").getFirst(), keys("wide").getFirst());
    assertTrue(keys("base").getFirst().matches("pretrain-[0-9a-f]{8}"), keys("base").toString());
  }

  @Test
  void aStageIsTheStudyWithWhatItAndItsArmSay() {
    Config last = chain("later").getValue();
    assertEquals(70, last.getInt("training.tokens"));
    assertEquals("preference", last.getString("objective.use"));
    assertEquals(4, last.getInt("model.lora.rank"), "adapters are the stage's own");
    assertEquals("stage " + keys("later").getLast(), last.getString("init"));
    var before = chain("wide").getKey();
    assertEquals(16, before.getFirst().config().getInt("model.width"));
    assertEquals(16, chain("wide").getValue().getInt("model.width"), "the model is the first stage's");
    assertEquals(0, before.getFirst().config().getInt("model.lora.rank"));
    assertEquals(50, before.getLast().config().getInt("training.tokens"));
    assertEquals("", before.getFirst().config().getString("init"));
  }

  @Test
  void everySeedGoesThroughAllStagesAndSharedRunsAreTrainedOnce() {
    var before = new LinkedHashMap<String, List<Stages.Stage>>();
    var trials = new java.util.ArrayList<Trials.Trial>();
    for (String arm : List.of("base", "later", "middle")) {
      var chain = chain(arm);
      before.put(arm, chain.getKey());
      for (long seed : new long[] {1, 2}) trials.add(new Trials.Trial(arm, seed, arm, chain.getValue(), "hash-" + arm, 100, Path.of("trials", arm + "-s" + seed)));
    }
    var stages = new Stages(names, before);
    var earlier = stages.before(trials, Path.of("runs"));
    assertEquals(List.of(2, 4), earlier.stream().map(List::size).toList(), "one pretraining a seed; two tunings a seed");
    String pretrained = Path.of("runs", "stages", keys("base").getFirst() + "-s2").toString();
    assertEquals(List.of(pretrained, pretrained), earlier.get(1).stream().filter(t -> t.seed() == 2).map(t -> t.config().getString("init")).toList());
    for (Trials.Trial t : stages.following(trials, Path.of("runs"))) {
      assertEquals(Path.of("runs", "stages", keys(t.arm()).getLast() + "-s" + t.seed()).toString(), t.config().getString("init"));
    }
  }

  @Test
  void refusesStagesThatAreNone() {
    for (String[] wrong : new String[][] {{"stages = [a]", "names one stage"}, {"stages = [a, a]", "names 'a' twice"}, {"stages = [a, \"b/c\"]", "cannot name a folder"},
        {"stages = [pretrain, sft], stage.stf {}", "sft"}, {"stage.sft {}", "which is empty"}}) {
      var e = assertThrows(InvalidInput.class, () -> Stages.names(Options.of(wrong[0])));
      assertTrue(e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }
}
