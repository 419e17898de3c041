package org.vulpes.cli;

import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.vulpes.cli.bench.BenchDevice;
import org.vulpes.cli.bench.BenchReport;
import org.vulpes.cli.bench.BenchShape;
import org.vulpes.cli.bench.GemmBench;
import org.vulpes.cli.bench.Peer;
import org.vulpes.cli.bench.Stopped;
import org.vulpes.cli.bench.TrainingBench;
import org.vulpes.cli.machine.FmaPeak;
import org.vulpes.cli.machine.Machine;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "bench", sortOptions = false,
    description = {"Measures how fast this machine trains, beside PyTorch on the same shapes and the same work, taking turns in one run.",
        "The peer is found by --peer-python, $VULPES_PEER_PYTHON or python3; without one our own figures are printed."},
    footer = {"", "Example:", "  ./vulpes bench --shapes pocket-1M,pocket-8M --rounds 5 --peer-python peer/bin/python"})
final class BenchCommand implements Callable<Integer> {
  private static final double PEAK_SECONDS = 2;
  /** A product takes some milliseconds at most. */
  private static final double GEMM_SECONDS = 0.2;
  /** Of the time to warm up, for each of a shape's twelve products: some share their code. */
  private static final double GEMM_WARM_UP = 0.2;

  private final VulpesCommand.Session session;

  @Option(names = "--shapes", split = ",", paramLabel = "SHAPE", defaultValue = "pocket-1M,pocket-8M,pocket-31M,big-head",
      description = "Names in the distribution's benchmarks/shapes, or configuration files (default: ${DEFAULT-VALUE}).")
  private List<String> shapes;

  @Option(names = "--devices", split = ",", paramLabel = "DEVICE", description = {"Our devices, side by side: jvm, opencl:0, opencl:cpu/portable (what stands behind the slash is the",
      "bundle of kernels). Without it the one that the configuration names."})
  private List<String> devices = new ArrayList<>();

  @Option(names = "--rounds", defaultValue = "5", description = "How often each side has its turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "2", description = "Length of a turn, at least one step (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(names = "--warm-up", defaultValue = "10", description = "Seconds that ours runs before, while the JVM compiles (default: ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(names = "--threads", defaultValue = "0", description = "For both sides; 0: as many as there are cores (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(names = "--peer-python", paramLabel = "PYTHON", description = "The python of an environment with PyTorch.")
  private Path python;

  @Option(names = "--peer-libtorch", paramLabel = "FOLDER", description = {"Libtorch in the place of PyTorch, for those without Python: what mvn -f experiments/benchmarks/libtorch package",
      "leaves in target/peer. Trains eagerly only."})
  private Path libtorch;

  @Option(names = "--peer-modes", split = ",", paramLabel = "MODE",
      description = "How the peer trains: eager, compiled, or none to measure ours alone (default: eager,compiled; of libtorch eager).")
  private List<String> modes = new ArrayList<>();

  @Option(names = "--compile-mode", paramLabel = "MODE", defaultValue = "default",
      description = "Mode of torch.compile: default, reduce-overhead, max-autotune (default: ${DEFAULT-VALUE}).")
  private String compileMode;

  @Option(names = "--gemm", description = "Measure the shapes' matrix products as well, beside MKL and, where it is installed, OpenBLAS.")
  private boolean gemm;

  @Option(names = "--no-training", description = "Measure no training steps.")
  private boolean noTraining;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  private boolean json;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Lay a value over the shapes' configurations; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  BenchCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    int workers = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    check("--threads", workers >= 1 && workers <= 1024, "from 0 to 1024");
    check("--rounds", rounds >= 1, "at least 1");
    check("--seconds", seconds > 0 && seconds <= 600, "above 0 and at most 600");
    check("--warm-up", warmUp >= 0 && warmUp <= 600, "from 0 to 600");
    if (noTraining && !gemm) throw new InvalidInput("--no-training leaves nothing to measure; add --gemm.");
    if (!FmaPeak.available()) throw new InvalidInput("The Vector API is not there: start with --add-modules jdk.incubator.vector, as ./vulpes does.");
    Map<String, String> trained = peerModes();
    Path home = Path.of(System.getProperty("vulpes.home", "."), "benchmarks");
    List<BenchShape> all = shapes.stream().map(s -> shape(s, home.resolve("shapes"), workers)).toList();

    Peer.Search search = modes.equals(List.of("none")) ? new Peer.Search(null, "No peer was asked for (--peer-modes none).")
        : libtorch != null ? Peer.libtorch(libtorch, workers, session.stop()) : Peer.find(python, home.resolve("peers/torch_peer.py"), workers, session.stop());
    Peer peer = search.peer();
    // Closing kills the peer's process, also after an exception and after Ctrl-C.
    try (peer) {
      if (peer == null) session.console().say(search.absence());
      session.console().out.print(measure(all, trained, workers, peer, search.absence()));
      return 0;
    } catch (Stopped e) {
      return VulpesCommand.STOPPED;
    }
  }

  private static void check(String option, boolean good, String range) {
    if (!good) throw new InvalidInput(option + " must be " + range + ".");
  }

  private Map<String, String> peerModes() {
    var out = new LinkedHashMap<String, String>();
    if (libtorch != null && python != null) throw new InvalidInput("--peer-libtorch and --peer-python are two peers; give one of them.");
    if (modes.isEmpty()) modes = libtorch != null ? List.of("eager") : List.of("eager", "compiled");
    if (modes.equals(List.of("none"))) return out;
    if (libtorch != null && modes.contains("compiled")) {
      throw new InvalidInput("--peer-modes compiled: libtorch has no torch.compile; give --peer-modes eager, or PyTorch by --peer-python.");
    }
    for (String m : modes) {
      switch (m) {
        case "eager" -> out.put("eager", "");
        case "compiled" -> out.put("compiled", compileMode);
        default -> throw new InvalidInput("--peer-modes takes eager, compiled or both, or none alone, but has '" + m + "'" + meant(m, List.of("eager", "compiled", "none")));
      }
    }
    return out;
  }

  private BenchShape shape(String name, Path folder, int workers) {
    Path file = name.endsWith(".conf") ? Path.of(name) : folder.resolve(name + ".conf");
    if (!name.endsWith(".conf") && !Files.exists(file)) {
      List<String> known = shapesIn(folder);
      throw new InvalidInput("Shapes are " + String.join(", ", known) + " and configurations (*.conf), but there is no '" + name + "'" + meant(name, known));
    }
    String shown = name.endsWith(".conf") ? file.getFileName().toString().replaceFirst("\\.conf$", "") : name;
    return BenchShape.of(shown, ConfigFile.load(file, overrides, session.catalogue().reference()).withValue("training.threads", ConfigValueFactory.fromAnyRef(workers)));
  }

  private static String meant(String word, List<String> legal) {
    String hint = Spelling.hint(word, legal);
    return hint.isEmpty() ? "." : hint;
  }

  private static List<String> shapesIn(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".conf")).map(n -> n.substring(0, n.length() - 5)).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInput("The distribution's folder " + folder + " cannot be read (" + e.getMessage() + "); build it anew with mvn package.", e);
    }
  }

  private String measure(List<BenchShape> all, Map<String, String> trained, int workers, Peer peer, String absence) {
    var console = session.console();
    console.say("measuring the peak of the processor");
    double peak = FmaPeak.measure(workers, PEAK_SECONDS);
    var turns = new TrainingBench.Turns(rounds, seconds, warmUp, trained);
    var rows = new ArrayList<TrainingBench.Row>();
    var products = new ArrayList<GemmBench.Row>();
    int simdBits = 0;
    for (BenchShape s : all) {
      List<BenchDevice> ours = ours(s);
      for (BenchDevice d : ours) {
        DeviceProvider provider = session.catalogue().create(d.in(s.config()), "device");
        provider.refusal().ifPresent(why -> {
          throw new InvalidInput("device = " + d.text() + " cannot be used here: " + why);
        });
      }
      if (!noTraining) rows.addAll(new TrainingBench(session.catalogue(), turns, session.stop(), console::say).run(s, ours, peak, Optional.ofNullable(peer)));
      for (BenchDevice d : ours) {
        DeviceProvider provider = session.catalogue().create(d.in(s.config()), "device");
        try (Device device = provider.open(workers)) {
          simdBits = Math.max(simdBits, device.info().vectorBits());
          if (gemm) {
            var bench = new GemmBench(rounds, GEMM_SECONDS, GEMM_WARM_UP * warmUp, session.stop());
            console.say(s.name() + ": matrix products on " + d.text());
            KernelFamily kernels = session.catalogue().create(d.in(s.config()), "kernels.gemm");
            for (BenchShape.Product p : s.products()) products.add(bench.run(s.name(), d.text(), p, device, kernels, peak, Optional.ofNullable(peer)));
          }
        }
      }
    }
    String java = System.getProperty("java.vendor") + " " + Runtime.version();
    var report = new BenchReport(Machine.here(), java, simdBits, workers, peak, peer == null ? null : peer.settings(), absence, turns, rows, products);
    return json ? report.json() + "\n" : report.text();
  }

  /** The devices that were asked for, or the one that the configuration names. */
  private List<BenchDevice> ours(BenchShape shape) {
    return devices.isEmpty() ? List.of(BenchDevice.of(shape.config().getString("device.use"))) : devices.stream().distinct().map(BenchDevice::of).toList();
  }
}
