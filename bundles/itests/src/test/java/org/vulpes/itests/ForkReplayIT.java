package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `fork` and `replay` as a user gives them, one after the other at one run. */
class ForkReplayIT {
  @TempDir Path folder;

  @Test
  void forkGoesOnOtherwiseReplayProvesBothAndWrongRequestsChangeNothing() throws Exception {
    Path text = folder.resolve("text.txt");
    var words = new StringBuilder();
    for (int i = 0; i < 600; i++) words.append("The fox ").append(i % 7).append(" saw an owl ").append(i % 11).append(" times.\n\n");
    Files.writeString(text, words);
    Path conf = folder.resolve("single.conf");
    Files.writeString(conf, """
        model { width = 16, layers = 1, attention.gqa { heads = 4, kv-heads = 2 }, feedforward.gated.width = 16 }
        tokenizer.use = byte
        corpus { use = files, files { domains.tales = text.txt, separator = "\\n\\n" }, validation-bytes = 2000 }
        curriculum { use = flat, flat { sequence-length = 32, batch-tokens = 64 } }
        swaps = [{ at = "12 steps", slot = optimizer, use = lion, lion.lr = 1e-3 }]
        training { tokens = 1280, checkpoint-every = 8, keep-checkpoints = 9, evaluations = 1, evaluation-length = 32 }
        storage { runs = "%s", cache = "%s" }
        study.sample-tokens = 0
        """.formatted(folder.resolve("runs"), folder.resolve("cache")));
    assertEquals(0, Served.run("run", conf.toString()).code());
    String run = folder.resolve("runs/single/trials/run-s1").toString();

    var same = Served.run("replay", run);
    assertEquals(0, same.code(), same::toString);
    assertTrue(same.out().contains("The same, bit for bit: losses, learning rates, gradient norms and evaluations of steps 1 to 20"), same::out);

    var fork = Served.run("fork", run, "at", "16", "--set", "model.attention.gqa.kv-heads=1", "--name", "fewer");
    assertEquals(0, fork.code(), fork::toString);
    assertTrue(fork.out().contains("fewer begins at step 16 of " + run + ": 2 key/value heads"), fork::out);
    String sibling = folder.resolve("runs/single/trials/fewer").toString();
    var forked = Served.run("replay", sibling);
    assertEquals(0, forked.code(), forked::toString);
    assertTrue(forked.out().contains("of steps 17 to 20") && forked.out().contains("it begins where the run was forked"), forked::out);

    refused("holds no checkpoint of step 5; those that are there are of the steps 8, 16, 20", "fork", run, "at", "5", "--set", "model.attention.gqa.kv-heads=1");
    refused("A fork that changes nothing would become the same run", "fork", run, "at", "8");
    refused("'on' stands where 'at' is expected", "fork", run, "on", "8");
    var again = Served.run("fork", run, "at", "16", "--set", "model.attention.gqa.kv-heads=1", "--name", "fewer");
    assertEquals(0, again.code(), again::toString);
    assertTrue(again.out().contains("fewer goes on"), again::out);
    refused("holds a fork with other choices; give this one a name of its own (--name)", "fork", run, "at", "16", "--set", "optimizer.lion.lr=1e-2", "--name", "fewer");
    refused(run + " has finished, at step 20: nothing can be exchanged in it any more; `vulpes fork ", "swap", run, "curriculum", "flat");
    refused("holds no run", "replay", folder.toString());

    Files.writeString(text, words.append("A bear came."));
    List<String> before = Files.readAllLines(Path.of(run, "journal.jsonl"));
    refused("cannot be replayed with the same bits: the corpus was ", "replay", run);
    refused("was made with another configuration, seed or text", "fork", run, "at", "8", "--set", "model.attention.gqa.kv-heads=1");
    assertEquals(before, Files.readAllLines(Path.of(run, "journal.jsonl")));
    assertFalse(Files.exists(Path.of(run + "-at-8")), "nothing is left of what was refused");
  }

  private static void refused(String sentence, String... command) throws IOException, InterruptedException {
    var r = Served.run(command);
    assertEquals(2, r.code(), r::toString);
    assertTrue(r.err().contains(sentence), r::err);
  }
}
