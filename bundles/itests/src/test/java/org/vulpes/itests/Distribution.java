package org.vulpes.itests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** The assembled distribution, or a view of it with plugins of its own, run as a user runs it: as a process. */
record Distribution(Path home) {
  private static final Path BUILT = Path.of(System.getProperty("vulpes.home")).toAbsolutePath().normalize();

  record Result(int code, String out, String err) {
    /** The value of the line "key value" on standard output. */
    String line(String key) {
      return out.lines().filter(l -> l.startsWith(key + " ")).findFirst().orElseThrow(() -> new AssertionError("no '" + key + "' in " + this))
          .substring(key.length() + 1);
    }
  }

  static Distribution built() {
    return new Distribution(BUILT);
  }

  /** The same bundles and libraries, with a folder 'plugins' that a test may fill. */
  static Distribution in(Path folder) throws IOException {
    for (String copied : List.of("bin", "conf")) {
      Files.createDirectories(folder.resolve(copied));
      try (var files = Files.list(BUILT.resolve(copied))) {
        for (Path f : files.toList()) Files.copy(f, folder.resolve(copied).resolve(f.getFileName().toString()));
      }
    }
    folder.resolve("bin/vulpes").toFile().setExecutable(true);
    for (String linked : List.of("lib", "bundle", "corpus", "maven")) Files.createSymbolicLink(folder.resolve(linked), BUILT.resolve(linked));
    Files.createDirectories(folder.resolve("plugins"));
    return new Distribution(folder);
  }

  /** Puts a bundle into the folder 'plugins'. */
  void plugin(String name, Map<String, String> headers, Class<?>... classes) throws IOException {
    plugin(name, headers, Map.of(), classes);
  }

  void plugin(String name, Map<String, String> headers, Map<String, String> texts, Class<?>... classes) throws IOException {
    var manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.putValue("Bundle-ManifestVersion", "2");
    main.putValue("Bundle-SymbolicName", name);
    main.putValue("Bundle-Version", "1.0.0");
    headers.forEach(main::putValue);
    try (var jar = new JarOutputStream(Files.newOutputStream(home.resolve("plugins/" + name + ".jar")), manifest)) {
      for (var text : texts.entrySet()) {
        jar.putNextEntry(new ZipEntry(text.getKey()));
        jar.write(text.getValue().getBytes(StandardCharsets.UTF_8));
      }
      for (Class<?> c : classes) {
        String entry = c.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new ZipEntry(entry));
        try (var in = c.getClassLoader().getResourceAsStream(entry)) {
          in.transferTo(jar);
        }
      }
    }
  }

  ProcessBuilder command(String... args) {
    var line = new ArrayList<String>(List.of(home.resolve("bin/vulpes").toString()));
    line.addAll(List.of(args));
    return new ProcessBuilder(line);
  }

  Result run(String... args) throws IOException, InterruptedException {
    return run(command(args));
  }

  static Result run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile("vulpes-out", null);
    Path err = Files.createTempFile("vulpes-err", null);
    Process p = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      if (!p.waitFor(180, TimeUnit.SECONDS)) throw new AssertionError("no end within 180 s: " + builder.command());
      return new Result(p.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      p.destroyForcibly();
      Files.delete(out);
      Files.delete(err);
    }
  }
}
