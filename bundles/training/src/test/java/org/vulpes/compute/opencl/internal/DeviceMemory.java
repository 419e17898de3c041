package org.vulpes.compute.opencl.internal;

import java.util.Collection;
import org.vulpes.compute.Device;

/** What OpenCL devices hold of their driver. @param bytes of buffers @param handles of buffers, programs, kernels and queues */
public record DeviceMemory(long bytes, long handles) {
  public static final DeviceMemory NONE = new DeviceMemory(0, 0);

  /** Of all these devices together; one that is closed holds nothing, or has lost something. */
  public static DeviceMemory inUse(Collection<? extends Device> devices) {
    long bytes = 0;
    long handles = 0;
    for (Device d : devices) {
      bytes += ((OpenClDevice) d).bytesInUse();
      handles += ((OpenClDevice) d).handles();
    }
    return new DeviceMemory(bytes, handles);
  }
}
