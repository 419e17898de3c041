package org.vulpes.study.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every case of the golden files 00 to 06, 11 and 13, whose values were computed by R, against this package. The folder is the one named by the system
 * property {@code vulpes.stats}, or the copy in the resources. A name among the expected values that no computation here knows is a failure.
 */
class GoldenStatisticsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Whole numbers, where a tolerance would hide an error by one. */
  private static final Set<String> EXACT = Set.of("n", "n_nonzero", "patterns", "count_two_sided", "count_greater", "count_less");

  @TestFactory
  Stream<DynamicContainer> agreesWithR() throws IOException {
    List<Path> files = goldenFiles();
    assertTrue(!files.isEmpty(), "no golden file 00 to 06, 11 or 13 in " + folder());
    return files.stream().map(GoldenStatisticsTest::read).map(file -> {
      JsonNode cases = file.path("cases");
      assertTrue(!cases.isEmpty(), "a golden file without cases: " + file.path("file").asText());
      var tests = new ArrayList<DynamicTest>();
      cases.forEach(c -> tests.add(DynamicTest.dynamicTest(c.path("id").asText(), () -> check(file.path("file").asText(), c))));
      return DynamicContainer.dynamicContainer(file.path("file").asText(), tests);
    });
  }

  private static void check(String file, JsonNode c) {
    var golden = new GoldenCase(c);
    Map<String, Object> computed = switch (file.substring(0, 2)) {
      case "00" -> GoldenComputation.distribution(golden);
      case "01" -> GoldenComputation.pairedT(golden);
      case "02" -> GoldenComputation.fewPairs(golden);
      case "03" -> GoldenComputation.multiplicity(golden);
      case "04" -> GoldenComputation.equivalence(golden);
      case "05" -> GoldenComputation.effectSize(golden);
      case "06" -> GoldenComputation.power(golden);
      case "11" -> GoldenItems.compute(golden);
      case "13" -> GoldenSequences.compute(golden);
      default -> throw new IllegalArgumentException("no computation for file " + file);
    };
    assertTrue(!c.path("expected").isEmpty(), "a case that expects nothing");
    var faults = new ArrayList<String>();
    c.path("expected").properties().forEach(e -> {
      if (!computed.containsKey(e.getKey())) {
        faults.add("nothing here computes " + e.getKey());
      } else {
        compare(e.getKey(), computed.get(e.getKey()), e.getValue(), golden, faults);
      }
    });
    if (!faults.isEmpty()) {
      fail(file + " " + c.path("id").asText() + ": " + String.join("\n", faults));
    }
  }

  private static void compare(String name, Object got, JsonNode expected, GoldenCase golden, List<String> faults) {
    switch (got) {
      case double[] values -> {
        if (!expected.isArray() || expected.size() != values.length) {
          faults.add(name + ": " + values.length + " values for " + expected);
          return;
        }
        for (int i = 0; i < values.length; i++) {
          number(name + "[" + i + "]", values[i], expected.get(i), golden.tolerance(name), faults);
        }
      }
      case double[][] rows -> {
        if (!expected.isArray() || expected.size() != rows.length) {
          faults.add(name + ": " + rows.length + " rows for " + expected);
          return;
        }
        for (int i = 0; i < rows.length; i++) {
          compare(name + "[" + i + "]", rows[i], expected.get(i), golden, faults);
        }
      }
      case boolean[] values -> {
        if (!expected.isArray() || expected.size() != values.length) {
          faults.add(name + ": " + values.length + " values for " + expected);
          return;
        }
        for (int i = 0; i < values.length; i++) {
          same(name + "[" + i + "]", values[i], expected.get(i).asBoolean(), faults);
        }
      }
      case Interval interval -> compare(name, new double[] {interval.low(), interval.high()}, expected, golden, faults);
      case Boolean value -> same(name, value, expected.isBoolean() ? expected.asBoolean() : expected.asText(), faults);
      case String value -> same(name, value, expected.asText(), faults);
      case Number value when EXACT.contains(name) -> number(name, value.doubleValue(), expected, GoldenCase.Tolerance.NONE, faults);
      case Number value -> number(name, value.doubleValue(), expected, golden.tolerance(name), faults);
      default -> throw new IllegalArgumentException("cannot compare " + got);
    }
  }

  private static void same(String name, Object got, Object expected, List<String> faults) {
    if (!got.equals(expected)) {
      faults.add(name + ": " + got + ", expected " + expected);
    }
  }

  private static void number(String name, double got, JsonNode expected, GoldenCase.Tolerance tolerance, List<String> faults) {
    double value = GoldenCase.number(expected);
    // Not a number, missing and infinite agree with themselves only.
    boolean agree = Double.isNaN(value) || Double.isInfinite(value)
        ? Double.compare(got, value) == 0
        : Math.abs(got - value) <= tolerance.abs() + tolerance.rel() * Math.abs(value);
    if (!agree) {
      faults.add(name + ": " + got + ", expected " + value + ", off by " + Math.abs(got - value) + " with " + tolerance);
    }
  }

  private static JsonNode read(Path path) {
    try {
      return JSON.readTree(path.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> goldenFiles() throws IOException {
    List<Path> files = jsonFiles(folder());
    if (!named()) {
      assertEquals(9, files.size(), "golden files in the resources");
    }
    return files;
  }

  private static List<Path> jsonFiles(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.filter(p -> p.getFileName().toString().matches("(0[0-6]|11|13)_.*\\.json")).sorted().toList();
    }
  }

  private static boolean named() {
    return !System.getProperty("vulpes.stats", "").isBlank();
  }

  private static Path folder() throws IOException {
    if (!named()) {
      try {
        return Path.of(GoldenStatisticsTest.class.getResource("/stats/open").toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    Path named = Path.of(System.getProperty("vulpes.stats").strip());
    // Tests run in the bundle's folder: a relative name may also be meant from the root of the project.
    Path path = Files.isDirectory(named) || named.isAbsolute() ? named : Path.of("..", "..").resolve(named);
    assertTrue(Files.isDirectory(path), "vulpes.stats names no folder: " + named.toAbsolutePath());
    return jsonFiles(path).isEmpty() && Files.isDirectory(path.resolve("open")) ? path.resolve("open") : path;
  }
}
