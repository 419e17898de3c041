package org.vulpes.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.itests.command.FailingPlugin;
import org.vulpes.itests.command.ProbeCommand;

/** bin/vulpes and the launcher, with the real bundles and a command line that tells how it was called. */
class LaunchIT {
  @TempDir Path folder;
  private Distribution house;

  @BeforeEach
  void build() throws IOException {
    house = Distribution.in(folder.resolve("a house").toAbsolutePath());
    house.plugin("org.vulpes.itests.command", Map.of("Bundle-Activator", ProbeCommand.class.getName(), "Import-Package", "org.osgi.framework,org.vulpes.slot,com.typesafe.config"),
        ProbeCommand.class);
  }

  @Test
  void everyBundleOfTheDistributionIsActive() throws Exception {
    var r = Distribution.built().run("--bundles");
    assertEquals(0, r.code(), r::toString);
    List<String> lines = r.out().lines().toList();
    assertTrue(lines.getLast().startsWith("READY "), r::out);
    for (String bundle : lines.subList(0, lines.size() - 1)) assertTrue(bundle.startsWith("ACTIVE"), bundle);
  }

  /** The bar measures text with a class of JLine that the bundle carries. While a part of that was missing, the bar was never drawn, and nothing said so. */
  @Test
  void progressBarFindsAllThatItIsDrawnWith() throws Exception {
    Path bundle;
    try (var jars = Files.walk(Distribution.built().home().resolve("bundle"))) {
      bundle = jars.filter(p -> p.getFileName().toString().startsWith("cli-")).findFirst().orElseThrow();
    }
    try (var alone = new URLClassLoader(new URL[] {bundle.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
      assertEquals(1, alone.loadClass("org.jline.utils.WCWidth").getMethod("wcwidth", int.class).invoke(null, (int) 'x'));
    }
  }

  @Test
  void everyPluginOfTheDistributionCanBeMadeAndNamesItsOptions() throws Exception {
    var r = house.run("plugins");
    assertEquals(7, r.code(), r::toString);
    assertTrue(r.line("entry").startsWith("corpus conversations of org.vulpes.corpus.conversations"), r::out);
    assertEquals(List.of(), r.out().lines().filter(l -> l.startsWith("refusal ") || l.startsWith("without-defaults ")).toList());
  }

  @Test
  void everyConfigurationInTheTreeIsLegal() throws Exception {
    Path root = Path.of(System.getProperty("vulpes.bundles")).resolve("..").toRealPath();
    var line = new ArrayList<String>(List.of("check"));
    for (String place : List.of("configs", "experiments")) {
      try (var files = Files.walk(root.resolve(place))) {
        // What lies below src, or was built out of it, is a plugin's own, in its own form.
        files.filter(f -> f.toString().endsWith(".conf") && !root.relativize(f).toString().matches(".*\\b(src|target)/.*")).map(Path::toString).sorted().forEach(line::add);
      }
    }
    var r = house.run(line.toArray(String[]::new));
    assertEquals(List.of(), r.out().lines().filter(l -> l.startsWith("illegal ")).toList());
    assertEquals(line.size() - 1, r.out().lines().filter(l -> l.startsWith("legal ")).count());
  }

  @Test
  void commandGetsItsArgumentsInTheCallersFolderAndGivesTheExitCode() throws Exception {
    Path here = Files.createDirectory(folder.resolve("here")).toRealPath();
    var r = Distribution.run(house.command("run", "my study.conf", "--set", "a=b c", "*").directory(here.toFile()));
    assertEquals(7, r.code(), r::toString);
    assertEquals("run|my study.conf|--set|a=b c|*", r.line("arguments"));
    assertEquals(here.toString(), r.line("folder"));
    assertEquals(house.home().toRealPath().toString(), r.line("home"));
    assertTrue(r.out().endsWith("bundle stopped\n"), r::out);
  }

  @Test
  void symbolicLinkToTheScriptWorks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("fox"), house.home().resolve("bin/vulpes"));
    assertEquals(7, Distribution.run(new ProcessBuilder(link.toString(), "x")).code());
  }

  @Test
  void trainingIsCompiledFullyAndOnlyQuickCommandsAreNot() throws Exception {
    for (String verb : List.of("run", "something-new")) {
      String flags = house.run(verb).line("flags");
      assertFalse(flags.contains("TieredStopAtLevel"), verb + ": " + flags);
      assertTrue(flags.contains("-XX:Tier3DelayOn=1000000"), verb + ": " + flags);
      assertTrue(flags.contains("--add-modules=jdk.incubator.vector"), verb + ": " + flags);
    }
    for (List<String> quick : List.of(List.of("status"), List.of("run", "--help"))) {
      String flags = house.run(quick.toArray(String[]::new)).line("flags");
      assertTrue(flags.contains("-XX:TieredStopAtLevel=1"), quick + ": " + flags);
    }
  }

  @Test
  void pluginThatLacksAPackageIsExplainedInOneSentenceAndTheRestRuns() throws Exception {
    house.plugin("x.needy", Map.of("Import-Package", "org.nowhere"));
    var r = house.run("status");
    assertEquals(7, r.code(), r::toString);
    assertEquals("vulpes: Bundle x.needy 1.0.0 is not used: it needs the package org.nowhere, which no installed bundle offers"
        + "; put the bundle that exports it, most likely called org.nowhere, into the folder 'plugins' too.\n", without(r.err()));
    assertEquals(70, house.run("--bundles").code());
  }

  @Test
  void pluginWhoseConstructorFailsIsExplainedInOneSentence() throws Exception {
    house.plugin("x.failing", Map.of("Import-Package", "org.vulpes.slot", "Service-Component", "OSGI-INF/failing.xml"),
        Map.of("OSGI-INF/failing.xml", FailingPlugin.COMPONENT), FailingPlugin.class);
    var r = house.run("plugins");
    assertEquals("Plugin 'failing' for 'curriculum' of bundle x.failing 1.0.0 fails when it is made: java.lang.UnsupportedOperationException: "
        + "this machine has no such device.", r.line("refusal"));
    assertEquals("", without(r.err()));
  }

  @Test
  void fileThatIsNoBundleIsExplainedInOneSentence() throws Exception {
    Files.writeString(house.home().resolve("plugins/broken.jar"), "this is no zip");
    var r = house.run("status");
    assertEquals(7, r.code(), r::toString);
    String said = without(r.err());
    assertEquals(1, said.lines().count(), said);
    assertTrue(said.startsWith("vulpes: " + house.home().toRealPath().resolve("plugins/broken.jar")), said);
    assertFalse(said.contains("\tat "), said);
  }

  @Test
  void errorOfOursEndsTheProcessWithItsTrace() throws Exception {
    var r = house.run("throw");
    assertEquals(70, r.code(), r::toString);
    assertTrue(r.err().contains("IllegalStateException: on purpose"), r::err);
  }

  @Test
  void jdkThatDoesNotFitIsRefusedInOneSentence() throws Exception {
    var command = house.command("status");
    command.environment().put("VULPES_JAVA_HOME", folder.toString());
    var r = Distribution.run(command);
    assertEquals(78, r.code(), r::toString);
    assertEquals("vulpes: VULPES_JAVA_HOME is " + folder + ", which is not a full JDK 25 or newer; point it at one or unset it.\n", r.err());
  }

  @Test
  void terminationLetsTheCommandEndAndLeavesNoCache() throws Exception {
    assertEquals(143, signalled("TERM"));
  }

  @Test
  void interruptLetsTheCommandEndAndLeavesNoCache() throws Exception {
    // A build started in the background ignores the signal, and the JVM then does too.
    long ignored = Long.parseUnsignedLong(Files.readString(Path.of("/proc/self/status")).lines().filter(l -> l.startsWith("SigIgn:")).findFirst()
        .orElse("SigIgn:0").substring(7).strip(), 16);
    assumeFalse((ignored & 2) != 0, "SIGINT is ignored here");
    assertEquals(130, signalled("INT"));
  }

  private int signalled(String signal) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    var command = house.command("wait").redirectError(ProcessBuilder.Redirect.DISCARD);
    command.environment().put("VULPES_JVM_ARGS", "-Djava.io.tmpdir=" + temporary);
    Process p = command.start();
    try (BufferedReader out = p.inputReader()) {
      String line;
      do line = out.readLine();
      while (line != null && !line.equals("waiting"));
      assertEquals("waiting", line);
      assertEquals(1, count(temporary), "one cache of this process");
      assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(p.pid())).start().waitFor());
      assertEquals("stopped cleanly", out.readLine());
      assertEquals("bundle stopped", out.readLine());
      assertTrue(p.waitFor(30, TimeUnit.SECONDS));
      assertEquals(0, count(temporary), "the cache is deleted");
      return p.exitValue();
    } finally {
      p.destroyForcibly();
    }
  }

  @Test
  void cacheOfAKilledProcessIsTakenAwayByTheNext() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    var command = house.command("wait").redirectError(ProcessBuilder.Redirect.DISCARD);
    command.environment().put("VULPES_JVM_ARGS", "-Djava.io.tmpdir=" + temporary);
    Process p = command.start();
    try (BufferedReader out = p.inputReader()) {
      String line;
      do line = out.readLine();
      while (line != null && !line.equals("waiting"));
      p.destroyForcibly().waitFor();
    }
    assertEquals(1, count(temporary));
    var next = house.command("status");
    next.environment().put("VULPES_JVM_ARGS", "-Djava.io.tmpdir=" + temporary);
    assertEquals(7, Distribution.run(next).code());
    assertEquals(0, count(temporary));
  }

  private static long count(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().startsWith("vulpes-")).count();
    }
  }

  /** Without the JVM's own line about the incubator module, which has no switch. */
  private static String without(String err) {
    return err.replace("WARNING: Using incubator modules: jdk.incubator.vector\n", "");
  }
}
