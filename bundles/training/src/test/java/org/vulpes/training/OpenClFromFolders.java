package org.vulpes.training;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.opencl.OpenCl;
import org.vulpes.compute.opencl.internal.Opening;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** The first OpenCL device with the kernels of the house, without a framework. */
final class OpenClFromFolders implements Plugin<DeviceProvider> {
  private static final Path KERNELS = Path.of("../../kernels-opencl");
  static final Path PORTABLE = KERNELS.resolve("portable/target/classes");

  /** Every device that was opened, closed ones too, until somebody takes it out: for tests that look for what is left behind. */
  static final List<Device> OPENED = new CopyOnWriteArrayList<>();

  static Plugin<KernelFamily> portable(String family) {
    return options -> OpenCl.family(family, PORTABLE);
  }

  /** Ends a test where there is no device: skipped, but on the build server, which installs one, failed. */
  static void orSkip() {
    var refusal = OpenCl.refusal("0");
    if (refusal.isPresent() && "1".equals(System.getenv("VULPES_REQUIRE_OPENCL"))) fail(refusal.get());
    assumeTrue(refusal.isEmpty(), () -> "skipped: " + refusal.get());
  }

  /** With the kernels that store bf16, and in their place those of fp32 that lie in rows as well. */
  static Device open(boolean bf16) {
    return bf16 ? open(true, PORTABLE, KERNELS.resolve("gpu/src/main/resources")) : open(false, PORTABLE);
  }

  /** With what was built before, as a run opens it. */
  private static Device open(boolean bf16, Path... kernels) {
    var texts = Stream.of(kernels).filter(Files::isDirectory).map(k -> Opening.read(k.toString(), Opening.folder(k))).toList();
    return Opening.open("0", texts, new Opening.How(Path.of("target/opencl-cache"), 0, false, bf16));
  }

  @Override
  public DeviceProvider create(Options options) {
    return new DeviceProvider() {
      @Override
      public Optional<String> refusal() {
        return OpenCl.refusal("0");
      }

      @Override
      public Device open(int threads) {
        Device out = OpenClFromFolders.open(false, PORTABLE, KERNELS.resolve("cpu/src/main/resources"));
        OPENED.add(out);
        return out;
      }
    };
  }
}
