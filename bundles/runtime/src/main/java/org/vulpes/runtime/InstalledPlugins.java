package org.vulpes.runtime;

import com.typesafe.config.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/**
 * The catalogue of the plugins that bundles register as services at this moment. The service registry is the only list: whatever is
 * installed or taken away while a run goes on is seen at the next question, and a plugin is made when it is first asked for.
 */
@Component(service = Catalogue.class)
public final class InstalledPlugins implements Catalogue {
  private record Place(String slot, String use) {}

  private final BundleContext context;
  private final ServiceComponentRuntime components;
  private final Map<String, String> hashes = new ConcurrentHashMap<>();

  @Activate
  public InstalledPlugins(BundleContext context,
      @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY) ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
  }

  @Override
  public List<Entry> entries() {
    return candidates().entrySet().stream().map(e -> entry(e.getKey(), e.getValue().getFirst())).toList();
  }

  private Entry entry(Place place, ServiceReference<?> ref) {
    Bundle b = ref.getBundle();
    if (b == null) return new Entry(place.slot, place.use, "gone", "", "");
    return new Entry(place.slot, place.use, b.getSymbolicName(), b.getVersion().toString(), sha256(b));
  }

  /** All offers by slot and name, the one that is used first: highest service ranking, then version, then the one installed first. */
  @SuppressWarnings("rawtypes")
  private TreeMap<Place, List<ServiceReference<Plugin>>> candidates() {
    var out = new TreeMap<Place, List<ServiceReference<Plugin>>>(Comparator.comparing(Place::slot).thenComparing(Place::use));
    try {
      Collection<ServiceReference<Plugin>> offers = context.getServiceReferences(Plugin.class, "(&(slot=*)(use=*))");
      for (ServiceReference<Plugin> ref : offers) {
        out.computeIfAbsent(new Place((String) ref.getProperty("slot"), (String) ref.getProperty("use")), p -> new ArrayList<>()).add(ref);
      }
    } catch (InvalidSyntaxException e) {
      throw new AssertionError(e);
    }
    Comparator<ServiceReference<Plugin>> best = Comparator.comparing((ServiceReference<Plugin> r) -> r.getProperty("service.ranking") instanceof Integer i ? i : 0)
        .thenComparing(r -> r.getBundle() == null ? Version.emptyVersion : r.getBundle().getVersion());
    out.values().forEach(l -> l.sort(best.reversed().thenComparing(r -> (Long) r.getProperty("service.id"))));
    return out;
  }

  @Override
  public List<String> refusals() {
    var out = new ArrayList<>(new BundleRefusals(context).get());
    out.addAll(Defaults.read(context).refusals());
    candidates().forEach((place, offers) -> {
      if (offers.size() > 1) {
        out.add("Plugin '" + place.use + "' for '" + place.slot + "' is offered by " + offers.size() + " bundles; "
            + BundleRefusals.name(offers.getFirst().getBundle()) + " is used, not "
            + String.join(", ", offers.stream().skip(1).map(r -> BundleRefusals.name(r.getBundle())).toList()) + ".");
      }
      // Components are made when first asked for, so only asking tells whether they can be.
      if (context.getService(offers.getFirst()) == null) out.add(failure(place, offers.getFirst()));
    });
    if (components != null) out.addAll(ComponentRefusals.of(components));
    return out.stream().distinct().toList();
  }

  private String failure(Place place, ServiceReference<?> ref) {
    return ComponentRefusals.failure(components, ref, place.slot, place.use);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> Plugin<T> plugin(String slot, String use) {
    var place = new Place(slot, use);
    var all = candidates();
    var offers = all.get(place);
    if (offers == null) throw new InvalidInput(absent(slot, use, all.keySet()));
    Plugin<T> plugin = context.getService(offers.getFirst());
    if (plugin == null) throw new InvalidInput(failure(place, offers.getFirst()));
    return plugin;
  }

  /** All offers of a plugin, the catalogue's choice first; empty when there is none. */
  @SuppressWarnings("rawtypes")
  List<ServiceReference<Plugin>> offers(String slot, String use) {
    return candidates().getOrDefault(new Place(slot, use), List.of());
  }

  ServiceReference<?> best(String slot, String use) {
    return offers(slot, use).getFirst();
  }

  private String absent(String slot, String use, Set<Place> all) {
    var installed = all.stream().filter(p -> p.slot.equals(slot)).map(Place::use).toList();
    String none = "there is no plugin '" + use + "' for the slot '" + slot + "'";
    var refusals = new BundleRefusals(context);
    for (Bundle b : Defaults.read(context).knowing(slot, use)) {
      var why = refusals.refusal(b);
      if (why.isPresent()) return none + ": " + why.get();
    }
    for (Place p : all) if (p.use.equals(use) && !p.slot.equals(slot)) return none + "; '" + use + "' fills the slot '" + p.slot + "', and here are " + String.join(", ", installed) + ".";
    if (installed.isEmpty()) return none + ", nor any other; put one that fills it into the folder 'plugins'.";
    String hint = Spelling.hint(use, installed);
    return none + "; installed are " + String.join(", ", installed) + (hint.isEmpty() ? "." : hint);
  }

  @Override
  public List<Entry> beneath(Class<?> user) {
    var found = new LinkedHashSet<Bundle>();
    Bundle own = FrameworkUtil.getBundle(user);
    if (own != null) collect(own, found);
    return found.stream().filter(b -> b.getBundleId() != 0).map(b -> new Entry("", "", b.getSymbolicName(), b.getVersion().toString(), sha256(b))).toList();
  }

  private static void collect(Bundle b, Set<Bundle> found) {
    BundleWiring wiring = b.adapt(BundleWiring.class);
    if (!found.add(b) || wiring == null) return;
    for (BundleWire wire : wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) collect(wire.getProvider().getBundle(), found);
  }

  @Override
  public Config reference() {
    return Defaults.read(context).merged();
  }

  /** Of the bundle's jar as it lies on disk; empty for one that came from elsewhere. */
  String sha256(Bundle b) {
    String location = b.getLocation().replaceFirst("^reference:", "");
    if (!location.startsWith("file:")) return "";
    return hashes.computeIfAbsent(location + " " + b.getLastModified(), k -> {
      try {
        return Sha256.of(Files.readAllBytes(Path.of(URI.create(location))));
      } catch (IOException | IllegalArgumentException e) {
        return "";
      }
    });
  }
}
