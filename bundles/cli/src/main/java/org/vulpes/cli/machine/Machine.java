package org.vulpes.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardware as the operating system tells it. Where it tells nothing (other systems than Linux), numbers are 0 and texts are what Java knows.
 *
 * @param processor its name
 * @param instructions name of its widest SIMD instructions: "AVX-512", "AVX2", "SVE", "NEON", …; empty: not known
 * @param simdBits width of their registers; 0: not known
 * @param processors logical ones of the whole machine
 * @param memory bytes of the whole machine
 */
public record Machine(String processor, String instructions, int simdBits, int processors, long memory) {

  private record Simd(Set<String> flags, String name, int bits) {}

  /** From the widest; the names are those of /proc/cpuinfo. SVE's width differs from processor to processor. */
  private static final List<Simd> KNOWN = List.of(new Simd(Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl"), "AVX-512", 512), new Simd(Set.of("avx2"), "AVX2", 256),
      new Simd(Set.of("avx"), "AVX", 256), new Simd(Set.of("sse2"), "SSE2", 128), new Simd(Set.of("sve"), "SVE", 0), new Simd(Set.of("asimd"), "NEON", 128));

  public static Machine here() {
    return of(Path.of("/proc"));
  }

  /** @param proc the folder that Linux fills */
  static Machine of(Path proc) {
    List<String> cpu = lines(proc.resolve("cpuinfo"));
    String name = values(cpu, "model name").findFirst().orElse(System.getProperty("os.arch"));
    Set<String> flags = Set.copyOf(Stream.concat(values(cpu, "flags"), values(cpu, "Features")).findFirst().stream().flatMap(s -> Stream.of(s.split(" "))).distinct().toList());
    Simd simd = KNOWN.stream().filter(k -> flags.containsAll(k.flags)).findFirst().orElse(new Simd(Set.of(), "", 0));
    long memory = values(lines(proc.resolve("meminfo")), "MemTotal").findFirst().map(s -> Long.parseLong(s.replaceAll("\\D", "")) << 10).orElse(0L);
    return new Machine(name, simd.name, simd.bits, (int) values(cpu, "processor").count(), memory);
  }

  private static Stream<String> values(List<String> lines, String key) {
    return lines.stream().filter(l -> l.contains(":") && l.substring(0, l.indexOf(':')).strip().equals(key)).map(l -> l.substring(l.indexOf(':') + 1).strip());
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
