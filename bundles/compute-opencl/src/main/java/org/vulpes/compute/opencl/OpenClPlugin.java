package org.vulpes.compute.opencl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.opencl.internal.Opening;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Offers OpenCL devices; nothing of the native library is touched before a provider is asked. */
@Component
@Fills(slot = "device", use = "opencl")
public final class OpenClPlugin implements Plugin<DeviceProvider> {

  /** Every text that is installed at the moment. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  volatile List<TextKernels> texts;

  @Override
  public DeviceProvider create(Options options) {
    String which = options.text("which");
    Path cache = options.has("cache") ? options.file("cache") : null;
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return Opening.refusal(which);
      }

      @Override
      public List<String> devices() {
        return Opening.devices();
      }

      @Override
      public Device open(int threads) {
        var all = new ArrayList<Opening.Text>();
        for (TextKernels t : texts) all.add(t.text());
        return Opening.open(which, all, cache);
      }
    };
  }
}
