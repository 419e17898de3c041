package org.vulpes.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.graph.operations.Activation;
import org.vulpes.graph.operations.GatedActivation;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.graph.operations.RmsNorm;
import org.vulpes.graph.reference.OperationCheck;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.TokenizerTrainer;

class PluginProjectTest {
  @TempDir Path folder;
  private URLClassLoader loader;

  /** What each kind makes from its own defaults, by kind; those of text are left out. */
  private Map<String, Object> products() throws Exception {
    var arguments = new ArrayList<String>(List.of("-proc:none", "-Xlint:all,-classfile", "-Werror", "-d", folder.resolve("classes").toString(), "-cp", System.getProperty("java.class.path")));
    var classes = new LinkedHashMap<String, String>();
    for (String kind : PluginProject.KINDS.keySet()) {
      for (Path file : new PluginProject(kind, "my-idea", Path.of("/vulpes/maven")).write(folder.resolve(kind))) {
        if (!file.toString().endsWith(".java")) continue;
        arguments.add(file.toString());
        if (kind.equals("kernels")) continue;
        classes.put(kind, "plugins.myidea." + file.getFileName().toString().replace(".java", ""));
      }
    }
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)), "the compiler's complaints are above");
    loader = new URLClassLoader(new URL[] {folder.resolve("classes/").toUri().toURL()});
    var out = new HashMap<String, Object>();
    for (var c : classes.entrySet()) {
      var plugin = (Plugin<?>) loader.loadClass(c.getValue()).getConstructor().newInstance();
      var defaults = ConfigFactory.parseFile(folder.resolve(c.getKey()).resolve("src/main/resources/reference.conf").toFile());
      out.put(c.getKey(), plugin.create(Options.at(defaults, PluginProject.KINDS.get(c.getKey()) + ".my-idea")));
    }
    return out;
  }

  @AfterEach
  void close() throws Exception {
    if (loader != null) loader.close();
  }

  @Test
  void everyKindCompilesAndMakesAProductFromItsOwnDefaultsThatDoesWhatItSays() throws Exception {
    var products = products();
    var text = new HashSet<>(PluginProject.KINDS.keySet());
    text.removeAll(products.keySet());
    assertEquals(Set.of("kernels"), text, "all others are classes");
    products.forEach((kind, product) -> assertNotNull(product, kind));
    tokenizerIsLosslessAndComesBackFromItsFile((TokenizerTrainer) products.get("tokenizer"));
    deviceAgreesWithTheDefinitions((DeviceProvider) products.get("device"));
  }

  private void tokenizerIsLosslessAndComesBackFromItsFile(TokenizerTrainer trainer) {
    Tokenizer learned = trainer.train(Stream.of("the fox and the owl", "the \"bear\""), share -> { });
    for (String text : List.of("", "the fox", "then the", "naïve 狐 \uD83E\uDD8A", "the\n\\\" <|endoftext|>")) assertEquals(text, learned.decode(learned.encode(text)), text);
    assertEquals(2, learned.encode("the fox").length, "one token for each word, the second with its space");
    assertEquals(257 + 6, learned.vocabularySize(), "bytes, the end of a text, and: the, ' the', ' fox', ' and', ' owl', bear");
    learned.save(folder.resolve("tokenizer.json"));
    Tokenizer again = trainer.load(folder.resolve("tokenizer.json"));
    assertEquals(learned.fingerprint(), again.fingerprint());
    assertArrayEquals(learned.encode("the fox and a bear"), again.encode("the fox and a bear"));
  }

  private static void deviceAgreesWithTheDefinitions(DeviceProvider provider) {
    try (Device device = provider.open(1)) {
      for (var check : List.of(OperationCheck.of(new MatMul(false, true), 1, new int[] {17, 70}, new int[] {33, 70}), OperationCheck.of(new RmsNorm(1e-5, false), 2, new int[] {2, 7, 24}, new int[] {24}))) {
        double[][] got = check.run(device);
        assertTrue(check.error(got) < 1e-6, () -> check.describe(got));
      }
      var sum = OperationCheck.of(new MatMul(true, false), 3, new int[] {70, 17}, new int[] {70, 33});
      double[][] got = sum.accumulate(device);
      assertTrue(sum.error(got) < 1e-6, () -> sum.describe(got));
    }
  }

  @Test
  void kernelsAgreeWithTheDefinition() throws Exception {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
    var written = new PluginProject("kernels", "my-idea", Path.of("/vulpes/maven")).write(folder.resolve("kernels"));
    Path texts = folder.resolve("kernels/src/main/resources"), classes = folder.resolve("classes");
    Path java = written.stream().filter(f -> f.toString().endsWith(".java")).findFirst().orElseThrow();
    String path = System.getProperty("java.class.path");
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, "-g", "-proc:none", "-d", classes.toString(), "-cp", path, java.toString()));
    // As the project's build does it.
    assertEquals(0, new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-classpath", classes + File.pathSeparator + path, "org.vulpes.compute.opencl.Translator",
        classes.toString(), texts.toString()).inheritIO().start().waitFor());
    try (var device = OpenCl.open("0", texts)) {
      for (var check : List.of(OperationCheck.of(new MatMul(false, true), 1, new int[] {17, 70}, new int[] {33, 70}), OperationCheck.of(new MatMul(true, false), 2, new int[] {70, 17}, new int[] {70, 33}),
          OperationCheck.of(new GatedActivation(Activation.SILU), 3, new int[] {301}, new int[] {301}))) {
        double[][] got = check.run(device);
        assertTrue(check.error(got) < 2e-6, () -> check.describe(got));
      }
    }
  }

  @Test
  void wrongKindsAndNamesAreRefusedAndNothingIsOverwritten() throws Exception {
    assertTrue(assertThrows(InvalidInput.class, () -> new PluginProject("curiculum", "x", folder)).getMessage().contains("did you mean 'curriculum'"));
    assertTrue(assertThrows(InvalidInput.class, () -> new PluginProject("surgery", "x", folder)).getMessage().contains("surgery/package-info.java"));
    for (String name : List.of("My", "my_idea", "-x", "x-", "a--b", "")) assertThrows(InvalidInput.class, () -> new PluginProject("curriculum", name, folder), name);
    Files.createDirectory(folder.resolve("there"));
    assertTrue(assertThrows(InvalidInput.class, () -> new PluginProject("curriculum", "there", folder).write(folder.resolve("there"))).getMessage().contains("exists already"));
    try (var all = Files.list(folder.resolve("there"))) {
      assertEquals(0, all.count());
    }
  }
}
