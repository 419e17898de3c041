package org.vulpes.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Plugin;

/**
 * Candidates among the bundles of a framework. A jar in the folder {@code plugins} that no installed bundle was made of is installed from its bytes, beside whatever
 * has its name, so that the file may be replaced again; it is uninstalled when the last slot that it filled has let it go.
 */
final class InstalledCandidates implements Candidates {
  private final BundleContext context;
  private final InstalledPlugins catalogue;
  private final ServiceComponentRuntime components;
  private final Path plugins;
  /** Jars of the folder that are installed, by content; those of the start were installed by the launcher. */
  private final Set<String> atStart = new HashSet<>();
  private final Map<Long, Installed> installed = new HashMap<>();
  private final List<WeakReference<ClassLoader>> retired = new ArrayList<>();
  /** Jars that a run keeps for its own resumption, and when they were written: a run that was swapped a thousand times need not read all of them for the next. */
  private final Map<Path, Long> kept = new HashMap<>();
  private long gone;
  private long count;

  /** A bundle that was installed for a swap. */
  private static final class Installed {
    final Bundle bundle;
    final byte[] jar;
    final String sha256;
    int users;

    Installed(Bundle bundle, byte[] jar, String sha256) {
      this.bundle = bundle;
      this.jar = jar;
      this.sha256 = sha256;
    }
  }

  /** @param plugins the folder into which people drop jars; it may not exist */
  InstalledCandidates(BundleContext context, InstalledPlugins catalogue, ServiceComponentRuntime components, Path plugins) {
    this.context = context;
    this.catalogue = catalogue;
    this.components = components;
    this.plugins = plugins;
    for (Path jar : jars(plugins)) atStart.add(Sha256.of(bytes(jar)));
  }

  /** The jars of a folder by name; none when it does not exist. */
  static List<Path> jars(Path folder) {
    if (folder == null || !Files.isDirectory(folder)) return List.of();
    try (var all = Files.list(folder)) {
      return all.filter(p -> p.getFileName().toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read the folder " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  @Override
  public boolean installs() {
    return true;
  }

  private static byte[] bytes(Path jar) {
    try {
      return Files.readAllBytes(jar);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + jar + ": " + e.getMessage() + ".", e);
    }
  }

  @Override
  public synchronized Candidate configured(String slot, String use) {
    catalogue.plugin(slot, use);
    return take(slot, use, catalogue.best(slot, use));
  }

  @Override
  public synchronized Candidate newest(String slot, String use, Path run, Consumer<String> said) {
    var jars = new ArrayList<>(jars(plugins));
    jars(Preparation.jars(run)).stream().filter(p -> !kept(p)).forEach(jars::add);
    ServiceReference<?> dropped = dropped(jars, slot, use, said);
    if (dropped != null) return take(slot, use, dropped);
    catalogue.plugin(slot, use);
    return take(slot, use, catalogue.offers(slot, use).stream().max(Comparator.comparing((ServiceReference<Plugin> r) -> r.getBundle().getVersion())
        .thenComparing(r -> r.getBundle().getBundleId())).orElseThrow());
  }

  /** Whether the run keeps a jar for its own resumption: it is no news. */
  private boolean kept(Path jar) {
    long written = modified(jar);
    if (Objects.equals(kept.get(jar), written)) return true;
    if (!Preparation.kept(jar)) return false;
    kept.put(jar, written);
    return true;
  }

  /** Installs what was dropped since: bundles with packages that others may need, and of those that offer what is wanted the one that was written last. @return what fits, or null */
  private ServiceReference<?> dropped(List<Path> jars, String slot, String use, Consumer<String> said) {
    Path last = null;
    for (Path jar : jars) {
      byte[] bytes = bytes(jar);
      if (JarText.mentions(bytes, slot, use)) {
        if (last == null || modified(jar) >= modified(last)) last = jar;
      } else if (JarText.exports(bytes) && !known(Sha256.of(bytes))) {
        try {
          install(jar.getFileName().toString(), bytes, Sha256.of(bytes));
        } catch (InvalidInput e) {
          said.accept(e.getMessage());
        }
      }
    }
    if (last == null) return null;
    byte[] bytes = bytes(last);
    if (known(Sha256.of(bytes))) return null;
    Installed fresh = install(last.getFileName().toString(), bytes, Sha256.of(bytes));
    var offers = offers(fresh.bundle, slot, use);
    if (!offers.isEmpty()) return offers.getFirst();
    uninstall(fresh);
    throw new InvalidInput(last.getFileName() + " tells of '" + use + "' for the slot '" + slot + "', but does not offer it once it is started.");
  }

  private boolean known(String sha256) {
    return atStart.contains(sha256) || installed.values().stream().anyMatch(i -> i.sha256.equals(sha256));
  }

  private static long modified(Path jar) {
    try {
      return Files.getLastModifiedTime(jar).toMillis();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + jar + ": " + e.getMessage() + ".", e);
    }
  }

  /** Installs and starts a bundle beside whatever has its name. @throws InvalidInput with the reason when it does not start; nothing is left of it then */
  private Installed install(String name, byte[] jar, String sha256) {
    Bundle bundle = null;
    try {
      bundle = context.installBundle("swap:" + ++count + "/" + name, new ByteArrayInputStream(jar));
      if (bundle.getSymbolicName() == null) throw new InvalidInput(name + " is not a bundle (it has no Bundle-SymbolicName) and is not used.");
      bundle.start(Bundle.START_TRANSIENT);
      var out = new Installed(bundle, jar, sha256);
      installed.put(bundle.getBundleId(), out);
      return out;
    } catch (BundleException e) {
      String why = bundle == null ? name + " cannot be installed: " + e.getMessage() + "." : new BundleRefusals(context).refusal(bundle).orElse(name + " does not start: " + e.getMessage() + ".");
      uninstall(bundle);
      throw new InvalidInput(why, e);
    } catch (InvalidInput e) {
      uninstall(bundle);
      throw e;
    }
  }

  private static void uninstall(Bundle bundle) {
    if (bundle == null) return;
    try {
      bundle.uninstall();
    } catch (BundleException | IllegalStateException e) {
      // Gone already.
    }
  }

  private void uninstall(Installed i) {
    installed.remove(i.bundle.getBundleId());
    BundleWiring wiring = i.bundle.adapt(BundleWiring.class);
    if (wiring != null && wiring.getClassLoader() != null) {
      gone++;
      retired.removeIf(r -> r.get() == null);
      retired.add(new WeakReference<>(wiring.getClassLoader()));
    }
    uninstall(i.bundle);
  }

  private List<ServiceReference<?>> offers(Bundle bundle, String slot, String use) {
    try {
      var all = context.getServiceReferences(Plugin.class, "(service.bundleid=" + bundle.getBundleId() + ")");
      return all.stream().filter(r -> slot.equals(r.getProperty("slot")) && use.equals(r.getProperty("use"))).<ServiceReference<?>>map(r -> r).toList();
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
  }


  @Override
  public synchronized Candidate again(Occupant before, byte[] jar) {
    for (ServiceReference<Plugin> r : catalogue.offers(before.slot(), before.use())) {
      Bundle b = r.getBundle();
      if (b != null && b.getSymbolicName().equals(before.bundle()) && b.getVersion().toString().equals(before.version())
          && (before.sha256().isEmpty() || sha256(b).equals(before.sha256()))) {
        return take(before.slot(), before.use(), r);
      }
    }
    if (jar == null) {
      throw new InvalidInput("Slot '" + before.slot() + "' was filled by '" + before.use() + "' of bundle " + before.bundle() + " " + before.version() + ", SHA-256 " + before.sha256()
          + ", which is not installed any more; put that jar into the folder 'plugins'.");
    }
    Installed fresh = install(before.bundle() + ".jar", jar, Sha256.of(jar));
    var offers = offers(fresh.bundle, before.slot(), before.use());
    if (offers.isEmpty()) {
      uninstall(fresh);
      throw new InvalidInput("The jar of bundle " + before.bundle() + " " + before.version() + " offers no '" + before.use() + "' for the slot '" + before.slot() + "' any more.");
    }
    return take(before.slot(), before.use(), offers.getFirst());
  }

  private String sha256(Bundle b) {
    Installed i = installed.get(b.getBundleId());
    return i != null ? i.sha256 : catalogue.sha256(b);
  }

  private Candidate take(String slot, String use, ServiceReference<?> ref) {
    Bundle b = ref.getBundle();
    Installed i = b == null ? null : installed.get(b.getBundleId());
    // A component is made when it is first asked for: only now does a constructor throw.
    Object plugin = context.getService(ref);
    if (plugin == null) {
      String why = ComponentRefusals.failure(components, ref, slot, use);
      if (i != null && i.users == 0) uninstall(i);
      throw new InvalidInput(why);
    }
    if (i != null) i.users++;
    return new Taken(new Catalogue.Entry(slot, use, b.getSymbolicName(), b.getVersion().toString(), sha256(b)), ref, (Plugin<?>) plugin, i);
  }

  private final class Taken implements Candidate {
    private final Catalogue.Entry entry;
    private final Installed installed;
    private ServiceReference<?> ref;
    private Plugin<?> plugin;

    Taken(Catalogue.Entry entry, ServiceReference<?> ref, Plugin<?> plugin, Installed installed) {
      this.entry = entry;
      this.ref = ref;
      this.plugin = plugin;
      this.installed = installed;
    }

    @Override
    public Catalogue.Entry entry() {
      return entry;
    }

    @Override
    public Plugin<?> plugin() {
      return plugin;
    }

    @Override
    public Config defaults() {
      var entry = ref.getBundle() == null ? null : ref.getBundle().getEntry("reference.conf");
      if (entry == null) return ConfigFactory.empty();
      try (var in = entry.openStream()) {
        return ConfigFile.defaults(in.readAllBytes(), "reference.conf of " + ref.getBundle().getSymbolicName());
      } catch (IOException e) {
        throw new InvalidInput("The defaults of bundle " + BundleRefusals.name(ref.getBundle()) + " cannot be read: " + e.getMessage() + ".", e);
      }
    }

    @Override
    public byte[] jar() {
      return installed == null ? null : installed.jar;
    }

    @Override
    public void close() {
      synchronized (InstalledCandidates.this) {
        if (ref == null) return;
        context.ungetService(ref);
        ref = null;
        plugin = null;
        if (installed != null && --installed.users == 0) uninstall(installed);
      }
    }
  }

  @Override
  public synchronized int[] retired() {
    retired.removeIf(r -> r.get() == null);
    return new int[] {Math.toIntExact(gone), retired.size()};
  }
}
