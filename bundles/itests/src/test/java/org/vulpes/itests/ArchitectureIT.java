package org.vulpes.itests;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds the floors: an import goes down, never up, and nobody imports a variant (variants are met as services). */
class ArchitectureIT {
  /** Contracts and the rest, each below the next; a bundle 'contract-name' is a variant and stands between 'evaluation' and 'interchange'. */
  private static final List<List<String>> FLOORS = List.of(
      List.of("slot", "compute"),
      List.of("graph"),
      List.of("model", "tokenizer", "curriculum"),
      List.of("corpus", "optimizer", "generation", "surgery"),
      List.of("objective", "reward", "evaluation"),
      List.of("(variants)"),
      List.of("interchange"),
      List.of("training"),
      List.of("study", "report"),
      List.of("runtime", "cli", "shell", "web"),
      List.of("launcher"));

  private static final TreeMap<String, String> BUNDLES = new TreeMap<>();
  private static JavaClasses classes;

  @BeforeAll
  static void read() throws IOException {
    try (var folders = Files.list(Path.of(System.getProperty("vulpes.bundles")))) {
      folders.filter(f -> Files.exists(f.resolve("pom.xml"))).map(f -> f.getFileName().toString()).filter(n -> !n.equals("itests"))
          .forEach(n -> BUNDLES.put(rootPackage(n), n));
    }
    classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.vulpes");
  }

  /** The folder's name with dots; a word of the language cannot be a package. */
  private static String rootPackage(String bundle) {
    return "org.vulpes." + (bundle.equals("tokenizer-byte") ? "tokenizer.bytes" : bundle.replace('-', '.'));
  }

  private static int floor(String bundle) {
    String key = bundle.contains("-") ? "(variants)" : bundle;
    for (int i = 0; i < FLOORS.size(); i++) if (FLOORS.get(i).contains(key)) return i;
    throw new AssertionError("bundle '" + bundle + "' stands on no floor; give it one in FLOORS and in the floor plan");
  }

  private static boolean allowed(String from, String to) {
    return from.equals(to) || !to.contains("-") && !to.equals("launcher") && floor(to) <= floor(from);
  }

  /** The bundle whose root package is the longest that holds the class; a bundle is a folder, a name and a root package. */
  private static String bundle(String packageName) {
    String best = null;
    for (var e : BUNDLES.entrySet()) {
      boolean within = packageName.equals(e.getKey()) || packageName.startsWith(e.getKey() + ".");
      if (within && (best == null || e.getKey().length() > best.length())) best = e.getKey();
    }
    return best == null ? null : BUNDLES.get(best);
  }

  @Test
  void theRuleForbidsWhatItShould() {
    assertTrue(allowed("training", "model"));
    assertTrue(allowed("training", "interchange"));
    assertTrue(allowed("model-attention", "graph"));
    assertFalse(allowed("interchange", "training"));
    assertFalse(allowed("model-attention", "model-norm"));
    assertFalse(allowed("training", "compute-jvm"));
    assertFalse(allowed("graph", "model"));
    assertFalse(allowed("tokenizer", "corpus"));
  }

  @Test
  void everyBundleStandsOnAFloorAndItsClassesInItsPackage() {
    BUNDLES.values().forEach(ArchitectureIT::floor);
    var strays = new ArrayList<String>();
    var read = new TreeSet<String>();
    for (JavaClass c : classes) {
      String bundle = bundle(c.getPackageName());
      String uri = c.getSource().orElseThrow().getUri().toString();
      if (bundle == null || !uri.contains("/" + bundle + "/")) strays.add(c.getName() + " in " + uri);
      else read.add(bundle);
    }
    assertEquals(List.of(), strays);
    assertTrue(read.contains("slot") && read.contains("runtime") && read.contains("launcher"), "classes were read: " + read);
  }

  @Test
  void importsGoDownAndNeverIntoAVariant() {
    var wrong = new TreeSet<String>();
    for (JavaClass c : classes) {
      for (var d : c.getDirectDependenciesFromSelf()) {
        String from = bundle(c.getPackageName());
        String to = bundle(d.getTargetClass().getBaseComponentType().getPackageName());
        if (from != null && to != null && !allowed(from, to)) wrong.add(from + " -> " + to + ": " + d.getDescription());
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  @Test
  void bundlesDoNotImportEachOtherInACircle() {
    var imports = new TreeMap<String, TreeSet<String>>();
    for (JavaClass c : classes) {
      for (var d : c.getDirectDependenciesFromSelf()) {
        String from = bundle(c.getPackageName());
        String to = bundle(d.getTargetClass().getBaseComponentType().getPackageName());
        if (from != null && to != null && !from.equals(to)) imports.computeIfAbsent(from, k -> new TreeSet<>()).add(to);
      }
    }
    // Take away again and again what imports nothing that is left: a circle stays.
    while (imports.entrySet().removeIf(e -> e.getValue().stream().noneMatch(imports::containsKey))) continue;
    assertEquals(Map.of(), imports);
  }

  @Test
  void floatLanesAreNotReducedByTheLibrary() {
    // Its order of additions differs between interpreter and compiled code, so the same step would give other bits.
    noClasses().should().callMethodWhere(target(owner(name("jdk.incubator.vector.FloatVector"))).and(target(nameStartingWith("reduceLanes"))))
        .because("its order of additions depends on the JIT; add the lanes by a written-out tree").allowEmptyShould(true).check(classes);
  }

  @Test
  void onlyTheLauncherEndsTheProcess() {
    noClasses().that().resideOutsideOfPackage("org.vulpes.launcher..").should().callMethod(System.class, "exit", int.class)
        .orShould().callMethod(Runtime.class, "exit", int.class).orShould().callMethod(Runtime.class, "halt", int.class)
        .orShould().callMethod(Runtime.class, "addShutdownHook", Thread.class)
        .because("a bundle can be taken away while the process goes on; Ctrl-C reaches it through the service vulpes.stop").check(classes);
  }

  @Test
  void classesAreNamedForWhatTheyAre() {
    noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
        .because("a helper lives with the thing it helps, under a name of its own").check(classes);
  }
}
