package org.vulpes.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.zip.ZipFile;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;

/**
 * The running framework with every bundle of a distribution: {@code bundle/NN/*.jar} at start level NN, then {@code plugins/*.jar}.
 * A bundle that does not start is left aside and told by {@link #refusals()}; the others run without it.
 */
final class House implements AutoCloseable {
  /** A distribution that cannot run; the message is for its user. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(String message) {
      super(message);
    }
  }

  private final Framework framework;
  private final Failures failures;

  private House(Framework framework, Failures failures) {
    this.framework = framework;
    this.failures = failures;
  }

  /** Sentences about jars that are no bundles, and about bundles that did not start. */
  private record Failures(List<String> jars, List<String> starts) {
    Failures() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** Installs and starts everything; returns when all start levels are reached. */
  static House open(Path home, Path cache) {
    var failures = new Failures();
    try {
      Framework framework = ServiceLoader.load(FrameworkFactory.class).findFirst()
          .orElseThrow(() -> new Broken("The framework is missing in " + home.resolve("lib") + "; build the distribution anew (mvn package)."))
          .newFramework(configuration(home, cache));
      framework.start();
      var bundles = new ArrayList<Bundle>();
      int top = install(framework.getBundleContext(), home, bundles, failures);
      var ready = new CountDownLatch(1);
      framework.adapt(FrameworkStartLevel.class).setStartLevel(top, event -> ready.countDown());
      ready.await();
      // Level by level as installed, but started from here: a bundle that fails gives an exception, where the framework would print a trace.
      for (Bundle b : bundles) {
        try {
          if (!isFragment(b)) b.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException e) {
          failures.starts.add(notStarted(b, e));
        }
      }
      return new House(framework, failures);
    } catch (BundleException e) {
      throw new Broken("The framework does not start: " + e.getMessage());
    } catch (IOException e) {
      throw new Broken("The distribution in " + home + " cannot be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Broken("Interrupted while starting.");
    }
  }

  private static Map<String, String> configuration(Path home, Path cache) throws IOException {
    var properties = new Properties();
    Path file = home.resolve("conf/framework.properties");
    if (Files.exists(file)) {
      try (var in = Files.newBufferedReader(file)) {
        properties.load(in);
      }
    }
    var out = new HashMap<String, String>();
    for (String k : properties.stringPropertyNames()) out.put(k, System.getProperty(k, properties.getProperty(k).strip()));
    out.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    return out;
  }

  /** Installs by reference (no copy into the cache), in the order of the file names. @return the highest start level */
  private static int install(BundleContext context, Path home, List<Bundle> bundles, Failures failures) throws IOException {
    int top = 1;
    for (Path level : sorted(home.resolve("bundle"), "[0-9]*")) {
      int n;
      try {
        n = Integer.parseInt(level.getFileName().toString());
      } catch (NumberFormatException e) {
        throw new Broken(level + " is not a start level; folders in 'bundle' are named by whole numbers.");
      }
      top = Math.max(top, n);
      for (Path jar : sorted(level, "*.jar")) install(context, jar, n, bundles, failures);
    }
    Path plugins = home.resolve("plugins");
    if (Files.isDirectory(plugins)) {
      top++;
      for (Path jar : sorted(plugins, "*.jar")) install(context, jar, top, bundles, failures);
    }
    return top;
  }

  private static void install(BundleContext context, Path jar, int level, List<Bundle> bundles, Failures failures) {
    try (var readable = new ZipFile(jar.toFile())) {
      Bundle b = context.installBundle("reference:" + jar.toUri());
      if (b.getSymbolicName() == null) {
        b.uninstall();
        failures.jars.add(jar + " is not a bundle (it has no Bundle-SymbolicName) and is not used.");
        return;
      }
      b.adapt(BundleStartLevel.class).setStartLevel(level);
      bundles.add(b);
    } catch (IOException e) {
      failures.jars.add(jar + " is no readable jar file (" + e.getMessage() + ") and is not used.");
    } catch (BundleException e) {
      failures.jars.add(jar + " cannot be installed and is not used: " + firstLine(e.getMessage()) + ".");
    }
  }

  private static List<Path> sorted(Path folder, String glob) throws IOException {
    var out = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(out::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.sort(null);
    return out;
  }

  /** The service that runs the command line. */
  @SuppressWarnings("unchecked")
  ToIntFunction<String[]> command() {
    return (ToIntFunction<String[]>) service(ToIntFunction.class, "(vulpes.main=true)").orElseThrow(() -> new Broken(
        "The command line is not installed, or fails when it is made; set VULPES_JVM_ARGS=-Dds.loglevel=1 to see why, or build Vulpes anew."));
  }

  /** The service that asks a running command to end soon. */
  Optional<Runnable> stopRequest() {
    return framework.getState() == Bundle.ACTIVE ? service(Runnable.class, "(vulpes.stop=true)") : Optional.empty();
  }

  /** What is installed but not used, in sentences: the catalogue's words, or the framework's when the catalogue itself is missing. */
  @SuppressWarnings("unchecked")
  List<String> refusals() {
    var out = new ArrayList<>(failures.jars);
    Optional<Supplier<List<String>>> told = service(Supplier.class, "(vulpes.refusals=true)").map(s -> (Supplier<List<String>>) s);
    out.addAll(told.isPresent() ? told.get().get() : failures.starts);
    return out.stream().distinct().toList();
  }

  /** Prints each bundle with state, start level, name and version. @return 0 when every bundle that can be active is */
  int list(PrintStream out) {
    int broken = 0;
    int active = 0;
    for (Bundle b : framework.getBundleContext().getBundles()) {
      String state = switch (b.getState()) {
        case Bundle.ACTIVE -> "ACTIVE";
        case Bundle.RESOLVED -> isFragment(b) ? "FRAGMENT" : "RESOLVED";
        case Bundle.INSTALLED -> "INSTALLED";
        case Bundle.STARTING -> "STARTING";
        default -> "STOPPING";
      };
      if (state.equals("ACTIVE")) active++;
      else if (!state.equals("FRAGMENT")) broken++;
      out.printf("%-9s %2d %s %s%n", state, b.getBundleId() == 0 ? 0 : b.adapt(BundleStartLevel.class).getStartLevel(), b.getSymbolicName(),
          b.getVersion());
    }
    refusals().forEach(out::println);
    out.println(broken == 0 ? "READY " + active + " bundles" : broken + " bundles are not active");
    return broken == 0 ? 0 : Main.BROKEN;
  }

  private <T> Optional<T> service(Class<T> type, String filter) {
    BundleContext context = framework.getBundleContext();
    try {
      return context.getServiceReferences(type, filter).stream().max(Comparator.naturalOrder()).map((ServiceReference<T> r) -> context.getService(r));
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isFragment(Bundle b) {
    BundleRevision revision = b.adapt(BundleRevision.class);
    return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
  }

  private static String notStarted(Bundle b, BundleException e) {
    return "Bundle " + b.getSymbolicName() + " " + b.getVersion() + " is not used: " + firstLine(e.getMessage()) + ".";
  }

  private static String firstLine(String message) {
    if (message == null) return "it gives no reason";
    return message.lines().findFirst().orElse("it gives no reason").strip().replaceAll("\\.+$", "");
  }

  /** Stops all bundles, highest start level first. */
  @Override
  public void close() {
    try {
      framework.stop();
      framework.waitForStop(10_000);
    } catch (BundleException e) {
      System.err.println("vulpes: The framework does not stop: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
