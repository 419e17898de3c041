package org.vulpes.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

class PluginProjectTest {
  @TempDir Path folder;

  @Test
  void everyKindCompilesAndMakesItsProductFromItsOwnDefaults() throws Exception {
    var arguments = new ArrayList<String>(List.of("-proc:none", "-Xlint:all,-classfile", "-Werror", "-d", folder.resolve("classes").toString(), "-cp", System.getProperty("java.class.path")));
    var classes = new ArrayList<String>();
    for (String kind : PluginProject.KINDS.keySet()) {
      for (Path file : new PluginProject(kind, "my-idea", Path.of("/vulpes/maven")).write(folder.resolve(kind))) {
        if (!file.toString().endsWith(".java")) continue;
        arguments.add(file.toString());
        classes.add("plugins.myidea." + file.getFileName().toString().replace(".java", ""));
      }
    }
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)), "the compiler's complaints are above");
    try (var loader = new URLClassLoader(new URL[] {folder.resolve("classes/").toUri().toURL()})) {
      int i = 0;
      for (var kind : PluginProject.KINDS.entrySet()) {
        var plugin = (Plugin<?>) loader.loadClass(classes.get(i++)).getConstructor().newInstance();
        var defaults = ConfigFactory.parseFile(folder.resolve(kind.getKey()).resolve("src/main/resources/reference.conf").toFile());
        assertNotNull(plugin.create(Options.at(defaults, kind.getValue() + ".my-idea")), kind.getKey());
      }
    }
  }

  @Test
  void wrongKindsAndNamesAreRefusedAndNothingIsOverwritten() throws Exception {
    assertTrue(assertThrows(InvalidInput.class, () -> new PluginProject("curiculum", "x", folder)).getMessage().contains("did you mean 'curriculum'"));
    for (String name : List.of("My", "my_idea", "-x", "x-", "a--b", "")) assertThrows(InvalidInput.class, () -> new PluginProject("curriculum", name, folder), name);
    Files.createDirectory(folder.resolve("there"));
    assertTrue(assertThrows(InvalidInput.class, () -> new PluginProject("curriculum", "there", folder).write(folder.resolve("there"))).getMessage().contains("exists already"));
    try (var all = Files.list(folder.resolve("there"))) {
      assertEquals(0, all.count());
    }
  }
}
