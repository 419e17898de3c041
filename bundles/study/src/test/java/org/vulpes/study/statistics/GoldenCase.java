package org.vulpes.study.statistics;

import com.fasterxml.jackson.databind.JsonNode;

/** One case of a golden file: its inputs, the R code of each expected value, and how near is near enough. */
record GoldenCase(JsonNode json) {
  record Tolerance(double rel, double abs) {
    static final Tolerance NONE = new Tolerance(0, 0);
  }

  double scalar(String name) {
    return number(json.path("inputs").path(name));
  }

  boolean has(String name) {
    return json.path("inputs").has(name);
  }

  boolean expects(String name) {
    return json.path("expected").has(name);
  }

  /** An input array; a single number where R drops the brackets is an array of one. */
  double[] array(String name) {
    return numbers(json.path("inputs").path(name));
  }

  double[] expected(String name) {
    return numbers(json.path("expected").path(name));
  }

  /** The R code whose value is expected: it says which function or design is meant where inputs and names do not. */
  String code(String name) {
    return json.path("r").path(name).asText();
  }

  Tolerance tolerance(String name) {
    double rel = json.path("tolerance").path("rel").asDouble();
    double abs = json.path("tolerance").path("abs").asDouble();
    return switch (name) {
      // The package's own optimiser, given as information: good to about 1e-4.
      case "effectsize_ci95" -> new Tolerance(Math.max(rel, 1e-3), Math.max(abs, 1e-3));
      // The difference of two sums, each rounded in its own order.
      case "smallest_gap_to_a_tie" -> {
        double largest = 0;
        for (double d : array("d")) {
          largest += Math.abs(d);
        }
        yield new Tolerance(rel, Math.max(abs, 16 * 0x1p-53 * largest));
      }
      default -> new Tolerance(rel, abs);
    };
  }

  static double number(JsonNode node) {
    if (node.isNull()) {
      return Double.NaN;
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return switch (node.asText()) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("not a number: " + node);
    };
  }

  private static double[] numbers(JsonNode node) {
    if (!node.isArray()) {
      return new double[] {number(node)};
    }
    double[] values = new double[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(node.get(i));
    }
    return values;
  }
}
