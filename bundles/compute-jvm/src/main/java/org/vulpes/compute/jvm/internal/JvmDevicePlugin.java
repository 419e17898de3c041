package org.vulpes.compute.jvm.internal;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Offers the Vector API device; nothing of the optional module is touched before {@link DeviceProvider#open}. */
@Component
@Fills(slot = "device", use = "jvm")
public final class JvmDevicePlugin implements Plugin<DeviceProvider> {

  @Override
  public DeviceProvider create(Options options) {
    long spinNanos = 1000L * options.integer("spin-microseconds", 0, 1_000_000);
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        try {
          Class.forName("jdk.incubator.vector.FloatVector", false, JvmDevicePlugin.class.getClassLoader());
          return Optional.empty();
        } catch (ClassNotFoundException e) {
          return Optional.of("The Vector API is not there: start Java 25 with --add-modules jdk.incubator.vector, as ./vulpes does.");
        }
      }

      @Override
      public List<String> devices() {
        return List.of("jvm");
      }

      @Override
      public Device open(int threads) {
        if (threads < 0 || threads > 1024) throw new IllegalArgumentException("A device works with 0 to 1024 threads, not " + threads + ".");
        return new JvmDevice(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads, spinNanos);
      }
    };
  }
}
