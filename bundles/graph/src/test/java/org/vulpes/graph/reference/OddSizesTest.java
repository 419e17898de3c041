package org.vulpes.graph.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vulpes.graph.Operation;
import org.vulpes.graph.operations.MatMul;

class OddSizesTest {

  /** A device whose kernels are held against these cases has a kernel for everything that a graph may hold. */
  @Test
  void thereAreCasesOfEveryOperation() throws IOException, URISyntaxException {
    var operations = new TreeSet<String>();
    try (var files = Files.list(Path.of(MatMul.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolve("org/vulpes/graph/operations"))) {
      for (String file : files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".class") && !f.contains("-") && !f.contains("$")).toList()) {
        Class<?> c = loaded(file);
        if (Operation.class.isAssignableFrom(c)) operations.add(c.getSimpleName());
      }
    }
    var cases = OddSizes.all(1).stream().map(c -> c.operation().getClass().getSimpleName()).collect(Collectors.toCollection(TreeSet::new));
    assertEquals(operations, cases);
  }

  private static Class<?> loaded(String file) {
    try {
      return Class.forName("org.vulpes.graph.operations." + file.replace(".class", ""));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theDefinitionAgreesWithItselfAndWithNothingElse() {
    try (var device = new ReferenceDevice()) {
      OddSizes.of(1, MatMul.class).forEach(c -> assertEquals(Optional.empty(), c.disagreement(device, 1e-6)));
      var check = OddSizes.of(1, MatMul.class).getFirst();
      double[][] other = Arrays.stream(check.outputs()).map(double[]::clone).toArray(double[][]::new);
      other[0][3] += 1;
      var wrong = new OperationCheck(check.operation(), check.inputShapes(), check.outputShapes(), check.inputs(), other);
      assertFalse(wrong.disagreement(device, 1e-6).isEmpty());
    }
  }
}
