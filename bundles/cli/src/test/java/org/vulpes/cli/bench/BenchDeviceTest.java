package org.vulpes.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.vulpes.slot.InvalidInput;

class BenchDeviceTest {
  private static final Config CONFIG = ConfigFactory.parseString("""
      device { use = jvm, opencl.which = "0" }
      kernels { gemm { use = device, device {}, cpu {}, portable {} }, norm { use = device, device {}, portable {} } }
      """);

  @Test
  void namesADeviceWhichOneAndWhereItsKernelsComeFrom() {
    Config c = BenchDevice.of("opencl:cpu/portable").in(CONFIG);
    assertEquals("opencl cpu portable portable", String.join(" ", c.getString("device.use"), c.getString("device.opencl.which"), c.getString("kernels.gemm.use"), c.getString("kernels.norm.use")));
    c = BenchDevice.of("opencl/cpu").in(CONFIG);
    assertEquals("opencl 0 cpu device", String.join(" ", c.getString("device.use"), c.getString("device.opencl.which"), c.getString("kernels.gemm.use"), c.getString("kernels.norm.use")));
    assertEquals(CONFIG, BenchDevice.of("jvm").in(CONFIG));
  }

  @Test
  void refusesWhatItCannotRead() {
    for (String text : new String[] {"", "opencl:", "opencl/", ":0"}) assertThrows(InvalidInput.class, () -> BenchDevice.of(text));
    var e = assertThrows(InvalidInput.class, () -> BenchDevice.of("opencl:0/gpu").in(CONFIG));
    assertEquals("--devices opencl:0/gpu: there are no kernels 'gpu'; there are cpu, device, portable.", e.getMessage());
  }
}
