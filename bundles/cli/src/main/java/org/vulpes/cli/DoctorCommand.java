package org.vulpes.cli;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "doctor", description = "Says what is usable on this machine: JDK, SIMD, devices, memory, disk, training text; and one sentence why not.",
    footer = {"", "Example:", "  ./vulpes doctor"})
final class DoctorCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  private boolean well = true;

  DoctorCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    jdk();
    memory();
    disk("runs here", Path.of("").toAbsolutePath());
    disk("cache", Path.of(System.getProperty("user.home")));
    text();
    devices();
    for (String refusal : session.catalogue().refusals()) line(false, "plugin", refusal);
    return well ? 0 : VulpesCommand.NO;
  }

  private void line(boolean good, String what, String sentence) {
    session.console().out.printf("%-4s %-12s %s%n", good ? "ok" : "no", what, sentence);
    well &= good;
  }

  private void jdk() {
    int feature = Runtime.version().feature();
    line(feature >= 25, "JDK", System.getProperty("java.vendor") + " " + Runtime.version() + (feature >= 25 ? "" : ": Vulpes needs 25 or later"));
    boolean c2 = ManagementFactory.getRuntimeMXBean().getInputArguments().stream().noneMatch(a -> a.startsWith("-XX:TieredStopAtLevel="));
    line(c2, "compiler", c2 ? "fully compiled code (C2)" : "C2 is switched off: training would be a hundred times slower; take away -XX:TieredStopAtLevel");
  }

  private void memory() {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    long all = ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os ? os.getTotalMemorySize() >> 20 : 0;
    line(heap >= 256, "memory", String.format(Locale.ROOT, "%,d MiB, of which the Java heap may take %,d; weights lie outside the heap", all, heap));
    line(true, "cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
  }

  private void disk(String what, Path folder) {
    try {
      long free = Files.getFileStore(folder).getUsableSpace() >> 20;
      boolean writable = Files.isWritable(folder);
      line(free > 500 && writable, what, String.format(Locale.ROOT, "%,d MiB free%s", free, !writable ? ", but the folder is not writable" : free > 500 ? "" : ": a study needs some hundreds"));
    } catch (IOException e) {
      line(false, what, "cannot be examined: " + e.getMessage());
    }
  }

  private void text() {
    Path corpus = Path.of(System.getProperty("vulpes.home", "."), "corpus");
    try (var jars = Files.list(corpus)) {
      long count = jars.filter(p -> p.toString().endsWith(".jar")).count();
      line(count > 0, "text", count + " pinned artifacts in the distribution");
    } catch (IOException e) {
      line(false, "text", "the folder 'corpus' of the distribution is missing; build it anew with mvn package");
    }
  }

  private void devices() {
    Config reference = session.catalogue().reference();
    for (Catalogue.Entry e : session.catalogue().entries()) {
      if (!e.slot().equals("device")) continue;
      Config config = ConfigFactory.parseString("device.use = \"" + e.use() + "\"").withFallback(reference);
      DeviceProvider provider = session.catalogue().create(config, "device");
      Optional<String> refusal = provider.refusal();
      if (refusal.isPresent()) {
        line(false, e.use(), refusal.get());
        continue;
      }
      try (Device device = provider.open(0)) {
        var i = device.info();
        line(true, e.use(), i.name() + ", " + i.threads() + " thread" + (i.threads() == 1 ? "" : "s") + ", " + i.vectorBits() + " bit registers");
      }
    }
    if (session.catalogue().entries().stream().noneMatch(e -> e.slot().equals("device") && e.use().startsWith("opencl"))) {
      session.console().out.printf("%-4s %-12s %s%n", "-", "opencl", "no OpenCL plugin is installed; the jvm device needs none");
    }
  }
}
