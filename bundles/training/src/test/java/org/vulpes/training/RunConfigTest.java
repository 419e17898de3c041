package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class RunConfigTest {
  @TempDir Path folder;

  private Config written(Path file, Config config) throws Exception {
    Files.writeString(Files.createDirectories(file.getParent()).resolve(file.getFileName()), RunConfig.render(config));
    return RunConfig.read(file);
  }

  @Test
  void everyValueStandsWhereItWasWrittenHoweverOftenItIsCopied() throws Exception {
    Path parts = Files.writeString(folder.resolve("parts.conf"), "# the fox's\ntexts = [\n  a.txt\n  \"b: 1.txt\" ]\n");
    Path file = Files.writeString(Files.createDirectories(folder.resolve("mine")).resolve("x.conf"), "include \"../parts.conf\"\n\nlayers = 3\n");
    Config reference = ConfigFactory.parseString("# Reason.\ntexts = []\nlayers = 1, width = 2, name = x");
    Config config = ConfigFile.load(file, List.of("name=y"), reference);
    Config read = config;
    for (int i = 0; i < 3; i++) {
      read = written(folder.resolve("run" + i).resolve("config.conf"), read);
      assertEquals(config, read);
      var texts = read.getList("texts");
      for (int t = 0; t < 2; t++) {
        assertEquals(parts.toRealPath(), Path.of(texts.get(t).origin().filename()).toRealPath());
        assertEquals(3 + t, texts.get(t).origin().lineNumber());
      }
      assertEquals(file.toRealPath(), Path.of(read.getValue("layers").origin().filename()).toRealPath());
      assertTrue(Options.place(read.getValue("layers")).endsWith("x.conf:3: "), Options.place(read.getValue("layers")));
      // A path on the command line starts where the command was given.
      assertEquals(Path.of("").toAbsolutePath(), Path.of(read.getValue("name").origin().filename()).getParent());
      assertEquals("config.conf", Path.of(read.getValue("width").origin().filename()).getFileName().toString(), "a default was written by nobody");
    }
  }

  @Test
  void alteredFileIsRefusedInOneSentence() throws Exception {
    Path file = Files.writeString(folder.resolve("config.conf"), "model { layers = ");
    assertEquals(file + " is not the configuration that the run wrote; it was altered.", assertThrows(InvalidInput.class, () -> RunConfig.read(file)).getMessage());
  }
}
