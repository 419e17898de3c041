package org.vulpes.graph.reference;

import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Offers {@link ReferenceDevice} under the name {@code reference}. */
@Component
@Fills(slot = "device", use = "reference")
public final class ReferencePlugin implements Plugin<DeviceProvider> {

  @Override
  public DeviceProvider create(Options options) {
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return Optional.empty();
      }

      @Override
      public Device open(int threads) {
        return new ReferenceDevice();
      }
    };
  }
}
