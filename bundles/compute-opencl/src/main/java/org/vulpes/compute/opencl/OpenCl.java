package org.vulpes.compute.opencl;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.vulpes.compute.Device;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.opencl.internal.Opening;

/** Opens OpenCL devices with kernels that lie in folders, without a framework: for the tests of those who write kernels. */
public final class OpenCl {
  private OpenCl() {}

  /** Why there is no such device, as one sentence; empty when there is. @param device a number, {@code gpu}, {@code cpu} or a part of a name */
  public static Optional<String> refusal(String device) {
    return Opening.refusal(device);
  }

  /**
   * @param device a number, {@code gpu}, {@code cpu} or a part of a name
   * @param kernels folders with a {@code kernels.conf} each
   * @throws org.vulpes.slot.InvalidInput when there is no such device, when a text has a mistake, or when none of the texts is for the device
   */
  public static Device open(String device, Path... kernels) {
    return open(device, false, kernels);
  }

  /** The same. @param bf16 whether products round their operands to bf16 */
  public static Device open(String device, boolean bf16, Path... kernels) {
    return Opening.open(device, Arrays.stream(kernels).map(OpenCl::read).toList(), new Opening.How(null, 0, false, bf16));
  }

  /** The calls of one family by the kernels of a folder, to be given to {@link Device#prepare}. */
  public static KernelFamily family(String family, Path kernels) {
    return read(kernels).family(family);
  }

  private static Opening.Text read(Path folder) {
    return Opening.read(folder.toString(), Opening.folder(folder));
  }
}
