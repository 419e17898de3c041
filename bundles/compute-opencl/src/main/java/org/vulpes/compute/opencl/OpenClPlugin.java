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

  /** Where nothing else is said: with the other things that are kept between runs. */
  private static Path home() {
    String cache = System.getenv("XDG_CACHE_HOME");
    return (cache != null && !cache.isBlank() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache")).resolve("vulpes").resolve("opencl");
  }

  @Override
  public DeviceProvider create(Options options) {
    String which = options.text("which");
    var how = new Opening.How(options.has("cache") ? options.file("cache") : home(), options.number("tuning-seconds", 0, 600), options.choice("launcher", "native", "aparapi").equals("aparapi"),
        options.choice("precision", "fp32", "bf16").equals("bf16"));
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
        return Opening.open(which, all, how);
      }
    };
  }
}
