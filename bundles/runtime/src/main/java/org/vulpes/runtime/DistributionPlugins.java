package org.vulpes.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.PluginFolder;

/** The folder {@code plugins} of the distribution from which this process was started. */
@Component(service = PluginFolder.class)
public final class DistributionPlugins implements PluginFolder {
  private final BundleContext context;
  private final ServiceComponentRuntime components;
  private final Path home;

  @Activate
  public DistributionPlugins(BundleContext context,
      @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY) ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
    home = System.getProperty("vulpes.home") == null ? null : Path.of(System.getProperty("vulpes.home"));
  }

  private Path home() {
    if (home == null) throw new InvalidInput("Vulpes was not started from a distribution, so there is no folder 'plugins'; use the command ./vulpes.");
    return home;
  }

  @Override
  public Path repository() {
    return home().resolve("maven");
  }

  @Override
  public List<Offer> add(Path jar) {
    if (!Files.isRegularFile(jar)) throw new InvalidInput("There is no file " + jar + "; give the jar that `mvn package` has built, as in my-idea/target/my-idea-1.0.0.jar.");
    if (!JarText.isJar(jar)) throw new InvalidInput(jar + " is no whole jar (it cannot be read as a zip file); give what `mvn package` has built, as in my-idea/target/my-idea-1.0.0.jar.");
    List<Offer> offers = offers(jar);
    Path target = home().resolve("plugins").resolve(jar.getFileName());
    Path temporary = target.resolveSibling("." + target.getFileName() + ".tmp");
    try {
      Files.createDirectories(target.getParent());
      Files.copy(jar, temporary, StandardCopyOption.REPLACE_EXISTING);
      // A run that is going reads the old one, if there is one, until it is swapped.
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new InvalidInput("Cannot write " + target + ": " + e.getMessage() + ".", e);
    }
    return offers;
  }

  /** Installs a copy beside everything else, asks it for every plugin, and takes it away again. */
  private List<Offer> offers(Path jar) {
    Bundle bundle = null;
    try {
      bundle = context.installBundle("try:" + jar.getFileName(), new ByteArrayInputStream(Files.readAllBytes(jar)));
      if (bundle.getSymbolicName() == null) throw new InvalidInput(jar + " is not a bundle (it has no Bundle-SymbolicName); build it with the parent org.vulpes:plugin-parent, as `vulpes plugins new` writes it.");
      bundle.start(Bundle.START_TRANSIENT);
      var references = context.getServiceReferences(Plugin.class, "(&(slot=*)(use=*)(service.bundleid=" + bundle.getBundleId() + "))");
      if (references.isEmpty()) throw new InvalidInput(jar + " offers nothing for any slot; its class needs @Component and @Fills, and has to implement Plugin itself.");
      return references.stream().map(this::offer).sorted(java.util.Comparator.comparing(Offer::slot).thenComparing(Offer::use)).toList();
    } catch (BundleException e) {
      throw new InvalidInput(bundle == null ? jar + " cannot be installed: " + e.getMessage() + "." : new BundleRefusals(context).refusal(bundle).orElse(jar + " does not start: " + e.getMessage() + "."), e);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + jar + ": " + e.getMessage() + ".", e);
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    } finally {
      if (bundle != null) {
        try {
          bundle.uninstall();
        } catch (BundleException e) {
          // It was only tried; it goes with the process.
        }
      }
    }
  }

  /** Components are made when first asked for, so only asking tells whether they can be. */
  private Offer offer(ServiceReference<?> reference) {
    var out = new Offer((String) reference.getProperty("slot"), (String) reference.getProperty("use"));
    if (context.getService(reference) == null) throw new InvalidInput(ComponentRefusals.failure(components, reference, out.slot(), out.use()));
    context.ungetService(reference);
    return out;
  }
}
