package org.vulpes.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

/** In a framework of its own, with bundles that consist of a manifest and defaults. */
class InstalledPluginsTest {
  @TempDir Path folder;
  private Framework framework;
  private InstalledPlugins catalogue;

  @BeforeEach
  void boot() throws BundleException {
    framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of(
        "org.osgi.framework.storage", folder.resolve("cache").toString(), "org.osgi.framework.bsnversion", "multiple", "felix.log.level", "0"));
    framework.start();
    catalogue = new InstalledPlugins(framework.getBundleContext(), null);
  }

  @AfterEach
  void stop() throws Exception {
    framework.stop();
    framework.waitForStop(5000);
  }

  private Bundle install(String name, String version, Map<String, String> headers, String defaults) throws IOException, BundleException {
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Bundle-ManifestVersion", "2");
    manifest.getMainAttributes().putValue("Bundle-SymbolicName", name);
    manifest.getMainAttributes().putValue("Bundle-Version", version);
    headers.forEach(manifest.getMainAttributes()::putValue);
    Path jar = folder.resolve(name + "-" + version + ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      if (defaults != null) {
        out.putNextEntry(new ZipEntry("reference.conf"));
        out.write(defaults.getBytes(StandardCharsets.UTF_8));
      }
    }
    return framework.getBundleContext().installBundle("reference:" + jar.toUri());
  }

  private void offer(Bundle b, String slot, String use, Object product) throws BundleException {
    b.start();
    Plugin<Object> plugin = options -> product;
    b.getBundleContext().registerService(Plugin.class, plugin, new Hashtable<>(Map.of("slot", slot, "use", use)));
  }

  private String refusal(String slot, String use) {
    return assertThrows(InvalidInput.class, () -> catalogue.plugin(slot, use)).getMessage();
  }

  @Test
  void entriesNameBundleVersionAndHashInOrder() throws Exception {
    Bundle b = install("x.staged", "1.2.0", Map.of(), null);
    offer(b, "curriculum", "staged", "s");
    offer(b, "curriculum", "flat", "f");
    var entries = catalogue.entries();
    assertEquals(List.of("flat", "staged"), entries.stream().map(e -> e.use()).toList());
    byte[] jar = Files.readAllBytes(folder.resolve("x.staged-1.2.0.jar"));
    assertEquals(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar)), entries.getFirst().sha256());
    assertEquals("x.staged", entries.getFirst().bundle());
    assertEquals("1.2.0", entries.getFirst().version());
  }

  @Test
  void createTakesThePluginThatTheConfigurationNames() throws Exception {
    offer(install("x", "1", Map.of(), null), "curriculum", "flat", "made");
    assertEquals("made", catalogue.create(ConfigFactory.parseString("curriculum { use = flat, flat {} }"), "curriculum"));
    var wrong = ConfigFactory.parseString("curriculum { use = flatt }", com.typesafe.config.ConfigParseOptions.defaults().setOriginDescription("x.conf"));
    assertEquals("x.conf:1: there is no plugin 'flatt' for the slot 'curriculum'; installed are flat; did you mean 'flat'?",
        assertThrows(InvalidInput.class, () -> catalogue.create(wrong, "curriculum")).getMessage());
  }

  @Test
  void slotThatNothingFillsIsSaid() {
    assertEquals("there is no plugin 'flat' for the slot 'curriculum', nor any other; put one that fills it into the folder 'plugins'.",
        refusal("curriculum", "flat"));
  }

  @Test
  void highestVersionIsUsedAndTheOtherIsNamed() throws Exception {
    offer(install("x", "2.0.0", Map.of(), null), "optimizer", "lion", "new");
    offer(install("x", "1.0.0", Map.of(), null), "optimizer", "lion", "old");
    assertEquals("new", catalogue.create(ConfigFactory.parseString("optimizer.use = lion"), "optimizer"));
    assertEquals(1, catalogue.entries().size());
    assertTrue(catalogue.refusals().contains("Plugin 'lion' for 'optimizer' is offered by 2 bundles; x 2.0.0 is used, not x 1.0.0."));
  }

  @Test
  void missingPackageIsNamedAlsoWhenTheUserAsksForThePlugin() throws Exception {
    install("x.needy", "1.0.0", Map.of("Import-Package", "org.nowhere;version=\"[1.5,2)\""), "curriculum.linear { to = 1 }");
    String why = "Bundle x.needy 1.0.0 is not used: it needs the package org.nowhere from version 1.5.0 below 2.0.0, which no installed bundle offers"
        + "; put the bundle that exports it, most likely called org.nowhere, into the folder 'plugins' too.";
    assertEquals(List.of(why), catalogue.refusals());
    assertEquals("there is no plugin 'linear' for the slot 'curriculum': " + why, refusal("curriculum", "linear"));
  }

  @Test
  void packageInAnotherVersionIsNamed() throws Exception {
    install("x.api", "1.0.0", Map.of("Export-Package", "x.api;version=0.9"), null);
    install("x.needy", "1.0.0", Map.of("Import-Package", "x.api;version=\"[1,2)\""), null);
    assertTrue(catalogue.refusals().contains("Bundle x.needy 1.0.0 is not used: it needs the package x.api from version 1.0.0 below 2.0.0, but bundle x.api"
        + " 1.0.0 offers version 0.9.0; install the plugin's release for this Vulpes."), () -> catalogue.refusals().toString());
  }

  @Test
  void bundleThatFailsBecauseOfAnotherNamesThatOne() throws Exception {
    install("x.api", "1.0.0", Map.of("Export-Package", "x.api", "Import-Package", "org.nowhere"), null);
    install("x.needy", "1.0.0", Map.of("Import-Package", "x.api"), null);
    assertTrue(catalogue.refusals().contains(
        "Bundle x.needy 1.0.0 is not used: it needs the package x.api of bundle x.api 1.0.0, which is not used either."), () -> catalogue.refusals().toString());
  }

  @Test
  void optionalPackagesAreNoReason() throws Exception {
    Bundle b = install("x", "1.0.0", Map.of("Import-Package", "org.nowhere;resolution:=optional"), null);
    b.start();
    assertEquals(List.of(), catalogue.refusals());
  }

  @Test
  void referenceMergesAllBundlesAndNamesThemAsOrigin() throws Exception {
    install("x.a", "1.0.0", Map.of(), "curriculum {\n  use = flat\n  flat.length = 256\n}");
    install("x.b", "1.0.0", Map.of("Import-Package", "org.nowhere"), "curriculum.staged.stages = []");
    var reference = catalogue.reference();
    assertEquals(256, reference.getInt("curriculum.flat.length"));
    assertTrue(reference.hasPath("curriculum.staged.stages"));
    assertEquals("reference.conf of x.a: 3", reference.getValue("curriculum.flat.length").origin().description());
  }

  @Test
  void defaultsThatCannotBeReadAreRefusedAndTheOthersStay() throws Exception {
    install("x.a", "1.0.0", Map.of(), "a = [").start();
    install("x.b", "1.0.0", Map.of(), "b = 1").start();
    assertEquals(1, catalogue.reference().getInt("b"));
    assertEquals(1, catalogue.refusals().size());
    assertTrue(catalogue.refusals().getFirst().startsWith("The defaults of bundle x.a 1.0.0 cannot be read: reference.conf of x.a:"), catalogue.refusals()::toString);
  }
}
