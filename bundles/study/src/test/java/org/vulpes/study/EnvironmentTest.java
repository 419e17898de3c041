package org.vulpes.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.model.ParameterCount;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

class EnvironmentTest {
  private static final Catalogue.Entry ADAMW = new Catalogue.Entry("optimizer", "adamw", "org.vulpes.optimizer.adamw", "0.1.0", "aa11");
  private static final Catalogue.Entry LION = new Catalogue.Entry("optimizer", "lion", "org.vulpes.optimizer.lion", "0.1.0", "bb22");
  private static final Catalogue.Entry STAGED = new Catalogue.Entry("curriculum", "staged", "org.vulpes.curriculum.staged", "0.1.0", "cc33");

  @TempDir
  Path folder;

  private record Installed(List<Catalogue.Entry> entries) implements Catalogue {
    @Override
    public List<String> refusals() {
      return List.of();
    }

    @Override
    public <T> Plugin<T> plugin(String slot, String use) {
      throw new InvalidInput("nothing is made here");
    }

    @Override
    public Config reference() {
      return ConfigFactory.empty();
    }
  }

  private static StudyPlan plan(String device) {
    var arm = new Arm("fox", "", ConfigFactory.parseString("optimizer.use = adamw, curriculum.use = staged"), "h", new ParameterCount(new TreeMap<>(), 1, 1), 1, new Steps(1, true), 1, List.of(), Optional.empty());
    return new StudyPlan("s", "", "fox", List.of(arm), List.of(1L, 2L), Design.fixed(2), Metric.BITS_PER_BYTE, 0.01, 0.05, "h", 1, "c", new TreeMap<>(), "t", 1, 1, device, Double.NaN);
  }

  @Test
  void namesThePluginsThatFillASlotOfAnArmAndNoOthers() {
    Environment.record(folder, new Installed(List.of(STAGED, ADAMW, LION)), plan("jvm, 512 bit"));
    var read = Environment.read(folder);
    assertEquals(1, read.size());
    assertEquals(List.of(STAGED, ADAMW), read.getFirst().plugins());
    assertEquals("jvm, 512 bit", read.getFirst().device());
    assertTrue(read.getFirst().java().contains(Runtime.version().toString()), read.getFirst().java());
  }

  @Test
  void aStudyThatGoesOnElsewhereSaysBoth() {
    var installed = new Installed(List.of(ADAMW));
    Environment.record(folder, installed, plan("jvm, 512 bit"));
    Environment.record(folder, installed, plan("jvm, 512 bit"));
    assertEquals(1, Environment.read(folder).size(), "the same again is not said again");
    Environment.record(folder, installed, plan("jvm, 256 bit"));
    var other = new Catalogue.Entry("optimizer", "adamw", "org.vulpes.optimizer.adamw", "0.1.0", "dd44");
    Environment.record(folder, new Installed(List.of(other)), plan("jvm, 256 bit"));
    assertEquals(List.of("aa11", "aa11", "dd44"), Environment.read(folder).stream().map(e -> e.plugins().getFirst().sha256()).toList());
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    assertEquals(List.of(), Environment.read(folder), "before the first trial");
    Files.writeString(folder.resolve("environment.jsonl"), "{\"since\": ");
    var wrong = assertThrows(InvalidInput.class, () -> Environment.read(folder));
    assertTrue(wrong.getMessage().contains("environment.jsonl cannot be read") && wrong.getMessage().contains("delete it"), wrong.getMessage());
  }
}
