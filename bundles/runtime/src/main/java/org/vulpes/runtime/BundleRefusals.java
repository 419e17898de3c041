package org.vulpes.runtime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Says in one sentence each which bundles are installed but do not run, and what they lack. The launcher prints it at every start. */
@Component(service = Supplier.class, property = "vulpes.refusals:Boolean=true")
public final class BundleRefusals implements Supplier<List<String>> {
  private final BundleContext context;

  @Activate
  public BundleRefusals(BundleContext context) {
    this.context = context;
  }

  @Override
  public List<String> get() {
    return Arrays.stream(context.getBundles()).sorted(Comparator.comparingLong(Bundle::getBundleId)).map(this::refusal).flatMap(Optional::stream).toList();
  }

  /** Why this bundle is not used; empty when it is. */
  Optional<String> refusal(Bundle b) {
    BundleRevision revision = b.adapt(BundleRevision.class);
    boolean fragment = revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    return switch (b.getState()) {
      case Bundle.INSTALLED -> Optional.of("Bundle " + name(b) + " is not used: " + lack(revision) + ".");
      case Bundle.RESOLVED -> fragment ? Optional.empty() : Optional.of("Bundle " + name(b) + " is not used: it is complete, but failed to start.");
      default -> Optional.empty();
    };
  }

  private String lack(BundleRevision revision) {
    if (revision == null) return "its content cannot be read";
    FrameworkWiring wiring = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
    String through = null;
    for (BundleRequirement r : revision.getDeclaredRequirements(null)) {
      boolean mandatory = !Namespace.RESOLUTION_OPTIONAL.equals(r.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
          && !PackageNamespace.RESOLUTION_DYNAMIC.equals(r.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
          && Namespace.EFFECTIVE_RESOLVE.equals(r.getDirectives().getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE));
      if (!mandatory) continue;
      var providers = wiring.findProviders(r);
      if (providers.isEmpty()) return missing(r);
      // What another bundle offers that cannot be used itself.
      if (through == null && providers.stream().allMatch(p -> p.getRevision().getBundle().getState() == Bundle.INSTALLED)) {
        through = "it needs " + described(r) + " of bundle " + name(providers.iterator().next().getRevision().getBundle()) + ", which is not used either";
      }
    }
    return through != null ? through : "what it needs is there, but in versions that do not go together";
  }

  private String missing(BundleRequirement r) {
    if (r.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)) {
      String wanted = packageName(r);
      for (Bundle b : context.getBundles()) {
        BundleRevision revision = b.adapt(BundleRevision.class);
        if (revision == null) continue;
        for (BundleCapability c : revision.getDeclaredCapabilities(PackageNamespace.PACKAGE_NAMESPACE)) {
          if (wanted.equals(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE))) {
            return "it needs " + described(r) + ", but bundle " + name(b) + " offers version "
                + c.getAttributes().getOrDefault(PackageNamespace.CAPABILITY_VERSION_ATTRIBUTE, Version.emptyVersion) + "; install the plugin's release for this Vulpes";
          }
        }
      }
      return "it needs " + described(r) + ", which no installed bundle offers" + provider(wanted);
    }
    if (r.getNamespace().equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      return "it needs a newer Java than " + Runtime.version().feature() + " (" + filter(r) + ")";
    }
    return "it needs " + described(r) + ", which nothing installed offers";
  }

  /** Who could offer a package that nobody does, and what to do about it. */
  private String provider(String wanted) {
    if (wanted.startsWith("jdk.") || wanted.startsWith("java.")) return "; it belongs to a module of the JDK that was not started (java --add-modules)";
    for (Bundle b : context.getBundles()) {
      if (b.getSymbolicName() != null && b.getEntry("/" + wanted.replace('.', '/') + "/") != null) return "; bundle " + name(b) + " has it, but keeps it to itself: ask its author to export it";
    }
    // A library is a bundle too, and is most often called as its packages begin.
    return "; put the bundle that exports it, most likely called " + String.join(".", Arrays.stream(wanted.split("\\.")).limit(3).toList()) + ", into the folder 'plugins' too";
  }

  private static String described(BundleRequirement r) {
    if (!r.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE)) return r.getNamespace() + " " + filter(r);
    String filter = filter(r);
    var least = Pattern.compile("\\(version>=([^)]*)\\)").matcher(filter);
    var below = Pattern.compile("\\(!\\(version>=([^)]*)\\)\\)").matcher(filter);
    return "the package " + packageName(r) + (least.find() ? " from version " + least.group(1) : "") + (below.find() ? " below " + below.group(1) : "");
  }

  private static String packageName(BundleRequirement r) {
    var m = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]*)\\)").matcher(filter(r));
    return m.find() ? m.group(1) : filter(r);
  }

  private static String filter(BundleRequirement r) {
    return r.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
  }

  static String name(Bundle b) {
    return b.getSymbolicName() + " " + b.getVersion();
  }
}
