package org.vulpes.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Spelling;

/**
 * The sources of a new plugin: a class, its options, and a pom with the parent that the distribution brings. Each kind has a class that works, to be changed into what is
 * wanted; kernels are text, or classes that the build translates to text.
 */
final class PluginProject {
  /** What can be written, with the slot that it fills. */
  static final Map<String, String> KINDS = kinds();
  /** What a run keeps from its beginning to its end. */
  static final List<String> STAY = List.of("corpus", "problems");
  private static final String VERSION = "0.1.0";
  private static final String KERNELS = "kernels";
  private static final Path RESOURCES = Path.of("src/main/resources");
  /** Slots without a class to begin with, and the package whose documentation has one. */
  private static final Map<String, String> DOCUMENTED = Map.of("evaluation", "evaluation", "surgery", "surgery");

  private final String kind;
  private final String name;
  private final Path repository;

  /** @param repository the distribution's Maven repository @throws InvalidInput for a kind or a name that cannot be */
  PluginProject(String kind, String name, Path repository) {
    if (DOCUMENTED.containsKey(kind)) {
      throw new InvalidInput("There is no template for slot '" + kind + "'; take another one's project, as in `vulpes plugins new reward " + name + "`, and put in the example of bundles/" + DOCUMENTED.get(kind)
          + "/src/main/java/org/vulpes/" + DOCUMENTED.get(kind) + "/package-info.java.");
    }
    if (!KINDS.containsKey(kind)) {
      throw new InvalidInput("There is no kind of plugin '" + kind + "' to begin with; kinds are " + String.join(", ", KINDS.keySet()) + Spelling.hint(kind, KINDS.keySet()));
    }
    if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
      throw new InvalidInput("'" + name + "' cannot be a plugin's name; take small letters, digits and single hyphens between them, as in my-idea.");
    }
    this.kind = kind;
    this.name = name;
    this.repository = repository;
  }

  private static Map<String, String> kinds() {
    var out = new LinkedHashMap<String, String>();
    for (String k : List.of("curriculum", "mixture", "schedule", "optimizer", "objective", "corpus", "tokenizer", "reward", "problems", "device")) out.put(k, k);
    for (String k : List.of("attention", "feedforward", "norm", "position", "embedding", "depth")) out.put(k, "model." + k);
    // The family whose kernels most of the time goes to, as text; one of another family stands beside it, in Java.
    out.put(KERNELS, "kernels.gemm");
    return java.util.Collections.unmodifiableMap(out);
  }

  String slot() {
    return KINDS.get(kind);
  }

  /** Each file's content by its path in the project's folder. */
  Map<Path, String> files() {
    var out = new LinkedHashMap<Path, String>();
    out.put(Path.of("pom.xml"), pom());
    if (kind.equals(KERNELS)) {
      out.put(Path.of("bnd.bnd"), "Bundle-SymbolicName: plugins." + name + "\n" + filled("kernels/bnd.bnd"));
      out.put(RESOURCES.resolve("OSGI-INF/kernels.xml"), filled("kernels/kernels.xml"));
      for (String text : List.of("kernels.conf", "product.cl", "reference.conf")) out.put(RESOURCES.resolve(text), filled("kernels/" + text));
      out.put(source("SwiGlu"), filled("kernels/SwiGlu.java"));
    } else {
      out.put(source(className()), filled(kind + ".java"));
      out.put(RESOURCES.resolve("reference.conf"), filled(kind + ".conf"));
    }
    // Otherwise `mvn -o` would not look into a repository that lies on this very disk.
    out.put(Path.of(".mvn/maven.config"), "-Daether.offline.protocols=file\n");
    return out;
  }

  /** Writes them all. @throws InvalidInput when the folder exists, or cannot be written */
  List<Path> write(Path folder) {
    if (Files.exists(folder)) throw new InvalidInput(folder + " exists already; nothing was written. Take another name, or another place (--folder).");
    var written = new ArrayList<Path>();
    try {
      for (var file : files().entrySet()) {
        Path to = folder.resolve(file.getKey());
        Files.createDirectories(to.getParent());
        Files.writeString(to, file.getValue());
        written.add(to);
      }
      return written;
    } catch (IOException e) {
      throw new InvalidInput("Cannot write " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  private Path source(String className) {
    return Path.of("src/main/java/" + packageName().replace('.', '/') + "/" + className + ".java");
  }

  private String packageName() {
    return "plugins." + name.replace("-", "");
  }

  private String className() {
    String words = Arrays.stream(name.split("-")).map(w -> Character.toUpperCase(w.charAt(0)) + w.substring(1)).collect(Collectors.joining());
    return words + Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
  }

  private String filled(String template) {
    try (var in = PluginProject.class.getResourceAsStream("/plugin/" + template)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("@package@", packageName()).replace("@class@", className()).replace("@name@", name).replace("@version@", VERSION);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String pom() {
    return """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent><groupId>org.vulpes</groupId><artifactId>plugin-parent</artifactId><version>%s</version><relativePath/></parent>
          <artifactId>%s</artifactId>
          <version>1.0.0</version>
          <repositories><repository><id>vulpes</id><url>%s</url></repository></repositories>
        %s</project>
        """.formatted(VERSION, name, repository.toUri(), kind.equals(KERNELS) ? filled("kernels/translation.xml") : "");
  }
}
