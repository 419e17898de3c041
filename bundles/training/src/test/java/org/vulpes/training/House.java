package org.vulpes.training;

import com.typesafe.config.Config;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.Bundle;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vulpes.compute.opencl.TextKernels;
import org.vulpes.runtime.InstalledPlugins;
import org.vulpes.runtime.SwapCoordinator;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Swaps;

/** A real framework with Declarative Services around the classes of the test, and a folder 'plugins' into which bundles are dropped that the test makes of its own classes. */
final class House implements Catalogue, AutoCloseable {
  private static final String SHARED = """
      org.vulpes.slot;version=0.1.0,org.vulpes.curriculum;version=0.1.0,org.vulpes.optimizer;version=0.1.0,org.vulpes.graph;version=0.1.0,\
      org.vulpes.graph.operations;version=0.1.0,org.vulpes.compute;version=0.1.0,org.vulpes.compute.opencl;version=0.1.0,org.vulpes.objective;version=0.1.0,org.vulpes.model;version=0.1.0,com.typesafe.config;version=1.4.10,\
      org.osgi.service.component;version=1.5.0,org.osgi.service.component.runtime;version=1.5.0,org.osgi.service.component.runtime.dto;version=1.5.0,\
      org.osgi.util.promise;version=1.3.0,org.osgi.util.function;version=1.2.0""";

  private final Framework framework;
  private final Workshop workshop;
  private final InstalledPlugins installed;
  private final Path plugins;
  final Swaps swaps;

  House(Path folder, Workshop workshop) throws Exception {
    this.workshop = workshop;
    plugins = Files.createDirectories(folder.resolve("plugins"));
    framework = ServiceLoader.load(FrameworkFactory.class).findFirst().orElseThrow().newFramework(Map.of("org.osgi.framework.storage", folder.resolve("cache").toString(),
        "org.osgi.framework.bsnversion", "multiple", "felix.log.level", "0", "ds.loglevel", "0", "org.osgi.framework.bootdelegation", "", "org.osgi.framework.system.packages.extra", SHARED));
    framework.start();
    String scr = Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator)).filter(p -> p.contains("org.apache.felix.scr-")).findFirst().orElseThrow();
    Bundle b = framework.getBundleContext().installBundle("reference:" + Path.of(scr).toUri());
    b.start();
    // The stock plugins, as services of the framework itself.
    workshop.plugins().forEach((place, plugin) -> framework.getBundleContext().registerService(Plugin.class, plugin,
        new Hashtable<>(Map.of("slot", place.split("/")[0], "use", place.split("/")[1]))));
    var context = framework.getBundleContext();
    ServiceComponentRuntime components = context.getService(context.getServiceReference(ServiceComponentRuntime.class));
    installed = new InstalledPlugins(context, components);
    swaps = new SwapCoordinator(context, this, components, plugins);
  }

  /** Drops a bundle that offers this class as {@code curriculum = <use>}, or in another slot. @param salt makes bundles of the same classes differ, as a rebuilt one does */
  void drop(String slot, String use, Class<?> plugin, String salt, String moreImports) throws IOException {
    Path classes = Path.of(plugin.getProtectionDomain().getCodeSource().getLocation().getPath()).resolve(plugin.getPackageName().replace('.', '/'));
    drop(slot, use, plugin, "org.vulpes.slot,org.vulpes.curriculum,org.vulpes.optimizer,org.vulpes.objective,org.vulpes.model,org.vulpes.compute,org.vulpes.graph,"
        + "org.vulpes.graph.operations,com.typesafe.config" + moreImports, salt, classes, plugin.getPackageName().replace('.', '/') + "/");
  }

  /** Drops a bundle of OpenCL text, which holds no class. @param text folder with its kernels.conf */
  void dropText(String slot, String use, Path text, String salt) throws IOException {
    drop(slot, use, TextKernels.class, "org.vulpes.compute.opencl,org.vulpes.slot", salt, text, "");
  }

  /** Drops a bundle whose description names a class that is not in it. */
  void dropWithoutItsClass(String slot, String use, Class<?> plugin) throws IOException {
    drop(slot, use, plugin, "org.vulpes.slot", "", Files.createDirectories(plugins.resolveSibling("nothing")), "");
  }

  private void drop(String slot, String use, Class<?> plugin, String imports, String salt, Path content, String under) throws IOException {
    var manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", "drill." + slot + "." + use);
    main.putValue("Bundle-Version", "1.0.0");
    main.putValue("Import-Package", imports);
    main.putValue("Service-Component", "OSGI-INF/plugin.xml");
    var bytes = new ByteArrayOutputStream();
    try (var jar = new JarOutputStream(bytes, manifest)) {
      entry(jar, "OSGI-INF/plugin.xml", ("""
          <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="drill.%s.%s" init="%d"><property name="slot" value="%s"/><property name="use" value="%s"/>
          <service><provide interface="org.vulpes.slot.Plugin"/></service><implementation class="%s"/></scr:component>""")
          .formatted(slot, use, plugin.getConstructors()[0].getParameterCount(), slot, use, plugin.getName()).getBytes(StandardCharsets.UTF_8));
      entry(jar, "reference.conf", (slot + "." + use + " {}").getBytes(StandardCharsets.UTF_8));
      entry(jar, "salt", salt.getBytes(StandardCharsets.UTF_8));
      try (var all = Files.list(content)) {
        for (Path c : all.filter(Files::isRegularFile).sorted().toList()) if (!c.endsWith("reference.conf")) entry(jar, under + c.getFileName(), Files.readAllBytes(c));
      }
    }
    Files.write(plugins.resolve(slot + "." + use + ".jar"), bytes.toByteArray());
  }

  private static void entry(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new ZipEntry(name));
    jar.write(content);
  }

  /** Bundles of drills that are installed now. */
  long drills() {
    return Arrays.stream(framework.getBundleContext().getBundles()).filter(b -> b.getSymbolicName().startsWith("drill.")).count();
  }

  @Override
  public List<Entry> entries() {
    return installed.entries();
  }

  @Override
  public List<String> refusals() {
    return installed.refusals();
  }

  @Override
  public <T> Plugin<T> plugin(String slot, String use) {
    return installed.plugin(slot, use);
  }

  /** The test's classes are no bundles that could carry defaults. */
  @Override
  public Config reference() {
    return workshop.reference();
  }

  @Override
  public void close() throws Exception {
    framework.stop();
    framework.waitForStop(10_000);
  }
}
