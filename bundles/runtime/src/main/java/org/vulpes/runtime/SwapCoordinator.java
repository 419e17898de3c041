package org.vulpes.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Swaps;

/** Opens the slots of runs, and a socket for each through which its owner reaches it from another terminal. */
@Component(service = Swaps.class)
public final class SwapCoordinator implements Swaps {
  private final Catalogue catalogue;
  private final Candidates candidates;
  private final List<RunSwaps> runs = new CopyOnWriteArrayList<>();

  @Activate
  public SwapCoordinator(BundleContext context, @Reference Catalogue catalogue,
      @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY) ServiceComponentRuntime components) {
    this(context, catalogue, components, System.getProperty("vulpes.home") == null ? null : Path.of(System.getProperty("vulpes.home"), "plugins"));
  }

  /** For a framework that was not started by the launcher. @param plugins the folder into which people drop jars; null: none */
  public SwapCoordinator(BundleContext context, Catalogue catalogue, ServiceComponentRuntime components, Path plugins) {
    this.catalogue = catalogue;
    candidates = new InstalledCandidates(context, catalogue instanceof InstalledPlugins own ? own : new InstalledPlugins(context, components), components, plugins);
  }

  private SwapCoordinator(Catalogue catalogue) {
    this.catalogue = catalogue;
    candidates = new CatalogueCandidates(catalogue);
  }

  /** For programs that run without a framework: what the catalogue offers is all that can be swapped in. */
  public static Swaps over(Catalogue catalogue) {
    return new SwapCoordinator(catalogue);
  }

  @Override
  public RunSlots open(RunHost host) {
    var run = new RunSwaps(host, catalogue, candidates, runs::remove);
    runs.add(run);
    return run;
  }

  @Override
  public List<RunControl> runs() {
    return runs.stream().map(RunSwaps::live).filter(java.util.Objects::nonNull).map(l -> (RunControl) l).toList();
  }

  @Override
  public RunControl attach(Path folder) {
    for (RunControl run : runs()) if (real(run.folder()).equals(real(folder))) return run;
    return RemoteRun.at(folder);
  }

  private static Path real(Path p) {
    try {
      return p.toRealPath();
    } catch (IOException e) {
      return p.toAbsolutePath().normalize();
    }
  }

  @Deactivate
  void close() {
    runs.forEach(RunSwaps::abandon);
  }
}
