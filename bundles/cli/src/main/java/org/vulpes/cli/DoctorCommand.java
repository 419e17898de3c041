package org.vulpes.cli;

import com.typesafe.config.Config;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.vulpes.cli.machine.DeviceRates;
import org.vulpes.cli.machine.FmaPeak;
import org.vulpes.cli.machine.Machine;
import org.vulpes.cli.machine.OpenCl;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceInfo;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.OutOfDeviceMemory;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.study.Storage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "doctor", sortOptions = false,
    description = {"Says what is usable on this machine: JDK, SIMD, devices, memory, disk, training text; and one sentence why not.",
        "ok: usable.  no: not usable, Vulpes works without it.  BAD: Vulpes does not work like this (exit code 1)."},
    footer = {"", "Example:", "  ./vulpes doctor"})
final class DoctorCommand implements Callable<Integer> {
  /** Below this a JVM cannot hold the plan of a small study. */
  private static final long LEAST_HEAP_MIB = 128;
  /** A study leaves checkpoints and tokens of some hundred MiB. */
  private static final long LEAST_DISK_MIB = 500;
  private static final String EMBEDDED = "jvm";
  private static final double PEAK_SECONDS = 0.3;

  private final VulpesCommand.Session session;
  private final Machine machine = Machine.here();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  DoctorCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    boolean works = true;
    // Devices last: a broken driver takes the process with it.
    List<Supplier<List<Finding>>> checks = List.of(this::jdk, this::cores, this::memory, this::disk, this::text, this::refusals, DoctorCommand::openCl, this::devices);
    for (var check : checks) {
      for (Finding f : check.get()) {
        session.console().out.println(f);
        works &= f.state() != Finding.State.BROKEN;
      }
    }
    return works ? 0 : VulpesCommand.NO;
  }

  private List<Finding> jdk() {
    int feature = Runtime.version().feature();
    String name = System.getProperty("java.vendor") + " " + Runtime.version() + " in " + System.getProperty("java.home");
    Finding version = feature >= 25 ? Finding.usable("JDK", name)
        : Finding.broken("JDK", name + " is too old: Vulpes needs 25 or later; install one (for instance Temurin 25) or set VULPES_JAVA_HOME to its folder");
    var arguments = ManagementFactory.getRuntimeMXBean().getInputArguments();
    String slow = arguments.stream().filter(a -> a.startsWith("-XX:TieredStopAtLevel=") && !a.endsWith("=4") || a.equals("-Xint")).findFirst().orElse(null);
    return List.of(version, slow == null ? Finding.usable("compiler", "code is compiled fully (C2)")
        : Finding.unusable("compiler", slow + " keeps C2 from compiling: training is a hundred times slower; take it out of VULPES_JVM_ARGS"));
  }

  /** Every device, what it reaches and which kernels it takes; before them the SIMD registers that the embedded one works with. */
  private List<Finding> devices() {
    var out = new ArrayList<Finding>();
    Config reference = session.catalogue().reference();
    double peak = FmaPeak.available() ? FmaPeak.measure(Runtime.getRuntime().availableProcessors(), PEAK_SECONDS) : 0;
    boolean embedded = false;
    for (Catalogue.Entry e : session.catalogue().entries()) {
      if (!e.slot().equals("device")) continue;
      embedded |= e.use().equals(EMBEDDED);
      DeviceProvider provider = session.catalogue().create(ConfigFile.device(e.use(), reference), "device");
      List<String> named = provider.devices().isEmpty() ? List.of(e.use()) : provider.devices();
      for (String name : named) out.addAll(device(name, session.catalogue().create(ConfigFile.device(name, reference), "device"), provider.devices().isEmpty() ? -1 : peak));
    }
    if (!embedded) out.add(Finding.broken(EMBEDDED, "the bundle of the embedded device is missing or cannot be used; build the distribution anew with mvn package"));
    return out;
  }

  /** @param peak FLOP/s of the processor; 0: not known; below 0: nothing is measured */
  private List<Finding> device(String name, DeviceProvider provider, double peak) {
    Optional<String> refusal = provider.refusal();
    boolean own = name.equals(EMBEDDED);
    if (refusal.isPresent()) return List.of(own ? Finding.broken(EMBEDDED, refusal.get()) : Finding.unusable(name, refusal.get() + (own ? "" : " (the jvm device needs none)")));
    try (Device device = provider.open(0)) {
      var out = new ArrayList<Finding>();
      DeviceInfo i = device.info();
      if (own) out.add(simd(i.vectorBits()));
      String rates = peak < 0 ? "" : "; " + DeviceRates.measure(device).text(peak);
      out.add(Finding.usable(name, (own || peak < 0 ? "" : i.name() + " (" + i.version() + "), ") + "device of " + i.threads() + (own || peak < 0 ? " thread" : " unit") + (i.threads() == 1 ? "" : "s") + ", "
          + i.vectorBits() + " bit" + rates));
      if (!own && peak >= 0) out.add(kernels(name, i));
      return out;
    } catch (OutOfDeviceMemory full) {
      return List.of(Finding.broken(name, full.getMessage()));
    } catch (InvalidInput e) {
      return List.of(Finding.unusable(name, e.getMessage()));
    }
  }

  /** Which kernels for matrix products a device takes, and why not the others. */
  private Finding kernels(String name, DeviceInfo info) {
    var taken = new ArrayList<String>();
    var not = new ArrayList<String>();
    for (Catalogue.Entry e : session.catalogue().entries()) {
      if (!e.slot().equals("kernels.gemm") || e.use().equals("device")) continue;
      KernelFamily family = session.catalogue().<KernelFamily>plugin(e.slot(), e.use()).create(Options.at(session.catalogue().reference().resolve(), e.slot() + "." + e.use()));
      Optional<String> why = family.refusal(info);
      if (why.isEmpty()) taken.add(e.use());
      else if (!why.get().contains("device = " + EMBEDDED)) not.add(why.get());
    }
    return Finding.usable(name, "kernels: " + String.join(", ", taken) + (not.isEmpty() ? "" : ". " + String.join(" ", not)));
  }

  private Finding simd(int used) {
    String processor = machine.processor() + (machine.instructions().isEmpty() ? "" : ", " + machine.instructions());
    if (used < machine.simdBits()) {
      return Finding.unusable("SIMD", "kernels use " + used + " of the " + machine.simdBits() + " bit of this processor's registers (" + processor
          + "): look for -XX:UseAVX or -XX:MaxVectorSize in VULPES_JVM_ARGS, or for a newer JDK that knows the processor");
    }
    return Finding.usable("SIMD", used + " bit registers by the Vector API (" + processor + ")");
  }

  private List<Finding> cores() {
    int usable = Runtime.getRuntime().availableProcessors();
    String all = machine.processors() > usable ? " of the machine's " + machine.processors() + " (container, taskset or -XX:ActiveProcessorCount)" : "";
    return List.of(Finding.usable("cores", usable + all));
  }

  private List<Finding> memory() {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    long usable = 0;
    long free = 0;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os) {
      usable = os.getTotalMemorySize() >> 20;
      free = os.getFreeMemorySize() >> 20;
    }
    long whole = machine.memory() >> 20;
    String limit = whole > usable + usable / 100 ? String.format(Locale.ROOT, " (a container's limit; the machine has %,d)", whole) : "";
    String text = String.format(Locale.ROOT, "%,d MiB%s, %,d unused; %,d of it for the Java heap, weights lie outside", usable, limit, free, heap);
    return List.of(heap >= LEAST_HEAP_MIB ? Finding.usable("memory", text)
        : Finding.broken("memory", text + ": too small a heap, give at least VULPES_JVM_ARGS=-Xmx" + 2 * LEAST_HEAP_MIB + "m"));
  }

  private List<Finding> disk() {
    Config reference = session.catalogue().reference().resolve();
    return List.of(disk("runs", Storage.runs(reference), "storage.runs"), disk("cache", Storage.cache(reference), "storage.cache"));
  }

  /** @param folder that need not exist yet */
  private static Finding disk(String what, Path folder, String key) {
    String other = "; name another folder with --set " + key + "=FOLDER";
    Path there = folder.toAbsolutePath().normalize();
    String name = there.toString();
    while (!Files.exists(there) && there.getParent() != null) there = there.getParent();
    if (!Files.isDirectory(there)) return Finding.unusable(what, there + " is a file, where a folder is needed" + other);
    if (!Files.isWritable(there)) return Finding.unusable(what, there + " may not be written to" + other);
    try {
      long free = Files.getFileStore(there).getUsableSpace() >> 20;
      String text = String.format(Locale.ROOT, "%s, %,d MiB free", name, free);
      return free >= LEAST_DISK_MIB ? Finding.usable(what, text) : Finding.unusable(what, text + ", of which a study needs some hundred" + other);
    } catch (IOException e) {
      return Finding.unusable(what, name + " cannot be examined (" + e.getMessage() + ")" + other);
    }
  }

  private List<Finding> text() {
    Path corpus = Path.of(System.getProperty("vulpes.home", "."), "corpus");
    try (var jars = Files.list(corpus)) {
      long count = jars.filter(p -> p.toString().endsWith(".jar")).count();
      if (count > 0) return List.of(Finding.usable("text", count + " published artifacts to learn from (corpus.use = packages), and your own files (corpus.use = files)"));
    } catch (IOException e) {
      // The same as an empty folder.
    }
    return List.of(Finding.unusable("text", corpus + " holds no text: build anew with mvn package, or train on your own files (corpus.use = files)"));
  }

  private List<Finding> refusals() {
    return session.catalogue().refusals().stream().map(r -> Finding.unusable("plugin", r)).toList();
  }

  private static List<Finding> openCl() {
    OpenCl.Found found = OpenCl.find();
    if (found.refusal().isPresent()) return List.of(Finding.unusable("OpenCL", found.refusal().get() + " (the jvm device needs none)"));
    return found.devices().stream().map(d -> Finding.usable("OpenCL", d)).toList();
  }
}
