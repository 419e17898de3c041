package org.vulpes.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
  @TempDir Path proc;

  @Test
  void readsAProcessorOfIntel() throws IOException {
    String one = "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) Gold @ 2.70GHz\nflags\t\t: fpu sse2 avx avx2 avx512f avx512dq avx512bw avx512vl\n\n";
    Files.writeString(proc.resolve("cpuinfo"), one + one.replace(": 0", ": 1"));
    Files.writeString(proc.resolve("meminfo"), "MemTotal:       24563908 kB\nMemFree:        1 kB\n");
    assertEquals(new Machine("Intel(R) Xeon(R) Gold @ 2.70GHz", "AVX-512", 512, 2, 24563908L << 10), Machine.of(proc));
    Files.writeString(proc.resolve("cpuinfo"), one.replace(" avx512bw", ""));
    assertEquals("AVX2", Machine.of(proc).instructions());
  }

  @Test
  void readsAProcessorOfArm() throws IOException {
    Files.writeString(proc.resolve("cpuinfo"), "processor\t: 0\nBogoMIPS\t: 243.75\nFeatures\t: fp asimd evtstrm aes\n");
    assertEquals(new Machine(System.getProperty("os.arch"), "NEON", 128, 1, 0), Machine.of(proc));
  }

  @Test
  void knowsNothingWhereNothingIsTold() {
    assertEquals(new Machine(System.getProperty("os.arch"), "", 0, 0, 0), Machine.of(proc.resolve("nowhere")));
  }

  @Test
  void aMissingLoaderOfOpenClIsSaidWithWhatToInstall() {
    var found = OpenCl.find(List.of("libNoSuchLoader.so.1"));
    assertEquals(List.of(), found.devices());
    assertTrue(found.refusal().orElseThrow().startsWith("no OpenCL loader (libNoSuchLoader.so.1) is installed; "), found::toString);
  }

  @Test
  void aLibraryThatIsNoLoaderIsSaid() {
    Path zip = Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("zip"));
    assertTrue(OpenCl.find(List.of(zip.toString())).refusal().orElseThrow().startsWith("the OpenCL loader is damaged"), zip::toString);
  }
}
