package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.itests.Distribution.Result;

/**
 * Plugins as a stranger builds them: without this repository, with Maven, against the repository that the distribution brings, into a local repository that is empty. What
 * Maven Central would give (its own plugins, the annotations) comes from the local repository of the build, so that no network is needed.
 */
class PluginAuthorIT {
  @TempDir Path folder;
  private Distribution house;

  @BeforeEach
  void build() throws IOException {
    house = Distribution.in(folder.resolve("house").toAbsolutePath());
    Files.writeString(folder.resolve("settings.xml"), """
        <settings><mirrors><mirror><id>here</id><mirrorOf>central</mirrorOf><url>%s</url></mirror></mirrors></settings>
        """.formatted(Path.of(System.getProperty("vulpes.m2")).toUri()));
  }

  private void mvnPackage(Path project) throws Exception {
    Path log = folder.resolve("mvn.log");
    Process p = new ProcessBuilder(Path.of(System.getProperty("vulpes.maven"), "bin", "mvn").toString(), "-B", "-o", "-q", "-s", folder.resolve("settings.xml").toString(),
        "-Dmaven.repo.local=" + folder.resolve("m2"), "package").directory(project.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, p.waitFor(), () -> {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        return log + " cannot be read";
      }
    });
  }

  @Test
  void newPluginBuildsIsAddedAndTrains() throws Exception {
    Path project = folder.resolve("my-idea");
    Result made = house.run("plugins", "new", "curriculum", "my-idea", "--folder", project.toString());
    assertEquals(0, made.code(), made::toString);
    mvnPackage(project);
    Result added = house.run("plugins", "add", project.resolve("target/my-idea-1.0.0.jar").toString());
    assertEquals(0, added.code(), added::toString);
    assertTrue(added.out().contains("added curriculum = my-idea"), added::out);

    Result again = house.run("plugins", "new", "curriculum", "my-idea", "--folder", project.toString());
    assertEquals(2, again.code());
    assertTrue(again.err().contains("exists already; nothing was written"), again::err);
    Files.writeString(folder.resolve("no.jar"), "no jar");
    assertEquals(2, house.run("plugins", "add", folder.resolve("no.jar").toString()).code());

    // The example of this repository, with the distribution's place written into its pom.
    Path example = folder.resolve("example-plugin");
    Path source = Path.of(System.getProperty("vulpes.bundles"), "..", "experiments", "example-plugin").normalize();
    try (var all = Files.walk(source)) {
      for (Path p : all.filter(Files::isRegularFile).filter(p -> !p.startsWith(source.resolve("target"))).toList()) {
        Path to = example.resolve(source.relativize(p).toString());
        Files.createDirectories(to.getParent());
        Files.writeString(to, Files.readString(p).replace("file:///opt/vulpes/maven", house.home().resolve("maven").toUri().toString()));
      }
    }
    mvnPackage(example);
    assertEquals(0, house.run("plugins", "add", example.resolve("target/example-plugin-1.0.0.jar").toString()).code());

    Files.writeString(folder.resolve("run.conf"), """
        model { width = 16, layers = 1, attention.gqa { heads = 2, kv-heads = 1 }, feedforward.gated.width = 16 }
        tokenizer.use = byte
        corpus { max-bytes = 60000, validation-bytes = 4000, packages.domains = [dictionary] }
        curriculum { use = linear, linear { from = 64, to = 128, step = 32 } }
        swaps = [{ at = 50%%, slot = curriculum, use = my-idea, my-idea.to = 128 }]
        training { tokens = 24576, evaluations = 1, evaluation-length = 64 }
        storage { runs = "%s", cache = "%s" }
        study.sample-tokens = 0
        """.formatted(folder.resolve("runs"), folder.resolve("cache")));
    Result trained = house.run("run", folder.resolve("run.conf").toString());
    assertEquals(0, trained.code(), trained::toString);
    String journal = Files.readString(folder.resolve("runs/run/trials/run-s1/journal.jsonl"));
    assertTrue(journal.contains("\"use\":\"linear\"") && journal.contains("\"use\":\"my-idea\""), journal);
  }
}
