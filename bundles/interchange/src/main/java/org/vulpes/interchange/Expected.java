package org.vulpes.interchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.vulpes.slot.InvalidInput;

/**
 * The numbers of {@code expected.json} that another implementation computed.
 *
 * @param ids [batch][time]
 * @param nll [batch][time − 1] of each next token, in nats
 * @param loss mean of {@code nll}
 * @param logits [batch][positions][vocabulary] from {@code firstPosition} on
 * @param hidden residual stream of row 0 at the last position, by stage
 * @param greedy null when the file has none
 */
record Expected(int[][] ids, double[][] nll, double loss, int firstPosition, double[][][] logits, Map<String, double[]> hidden,
    Map<String, Gradient> gradients, double gradientNorm, Greedy greedy) {

  /** Of one tensor of the file. @param indices into it, row-major @param values there */
  record Gradient(long[] shape, double norm, int[] indices, double[] values) {}

  record Greedy(int[] prompt, int[] continuation) {}

  private static final long MOST_BYTES = 256 << 20;

  static Expected read(Path file) {
    return new Reader(file).read();
  }

  private record Reader(Path file) {

    Expected read() {
      JsonNode root = JsonText.parse(JsonText.read(file, MOST_BYTES), file.toString());
      var ids = list(root, "input_ids").stream().map(row -> ids(row, "input_ids")).toArray(int[][]::new);
      if (ids.length == 0 || ids[0].length < 2) throw wrong("input_ids", "must have a row of at least 2 ids");
      for (int[] row : ids) if (row.length != ids[0].length) throw wrong("input_ids", "must have rows of equal length");
      var nll = list(root, "token_nll").stream().map(row -> numbers(row, "token_nll")).toArray(double[][]::new);
      if (nll.length != ids.length) throw wrong("token_nll", "must have as many rows as input_ids");
      for (double[] row : nll) if (row.length != ids[0].length - 1) throw wrong("token_nll", "must have one number less than input_ids in each row");

      JsonNode logits = child(root, "logits");
      int first = (int) number(logits, "first_position");
      var values = list(logits, "values").stream()
          .map(row -> stream(row, "logits.values").map(position -> numbers(position, "logits.values")).toArray(double[][]::new)).toArray(double[][][]::new);
      if (first < 0 || values.length != ids.length) throw wrong("logits", "must have as many rows as input_ids, from a position of theirs on");
      for (double[][] row : values) if (first + row.length > ids[0].length) throw wrong("logits", "have more positions than input_ids");

      JsonNode stages = child(root, "hidden_row0_last");
      var hidden = new LinkedHashMap<String, double[]>();
      List<JsonNode> names = list(stages, "stages");
      List<JsonNode> vectors = list(stages, "values");
      if (names.size() != vectors.size()) throw wrong("hidden_row0_last", "must have one vector for each stage");
      for (int i = 0; i < names.size(); i++) hidden.put(names.get(i).asText(), numbers(vectors.get(i), "hidden_row0_last.values"));

      var gradients = new LinkedHashMap<String, Gradient>();
      child(root, "gradients").properties().forEach(e -> gradients.put(e.getKey(), gradient(e.getKey(), e.getValue())));
      return new Expected(ids, nll, number(root, "loss"), first, values, hidden, gradients, number(root, "grad_total_l2"), greedy(root));
    }

    private Greedy greedy(JsonNode root) {
      if (root.path("greedy").isMissingNode()) return null;
      JsonNode g = child(root, "greedy");
      return new Greedy(ids(child(g, "prompt"), "greedy.prompt"), ids(child(g, "continuation"), "greedy.continuation"));
    }

    private Gradient gradient(String name, JsonNode node) {
      String key = "gradients." + name;
      long[] shape = Arrays.stream(ids(child(node, "shape"), key)).asLongStream().toArray();
      long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      List<JsonNode> samples = list(node, "samples");
      var indices = new int[samples.size()];
      var values = new double[samples.size()];
      for (int i = 0; i < indices.length; i++) {
        double[] pair = numbers(samples.get(i), key);
        if (pair.length != 2 || pair[0] != Math.rint(pair[0]) || pair[0] < 0 || pair[0] >= length) throw wrong(key, "has a sample that is not [index, value]");
        indices[i] = (int) pair[0];
        values[i] = pair[1];
      }
      return new Gradient(shape, number(node, "l2"), indices, values);
    }

    private JsonNode child(JsonNode node, String key) {
      JsonNode child = node.path(key);
      if (child.isMissingNode() || child.isNull()) throw wrong(key, "is missing");
      return child;
    }

    private List<JsonNode> list(JsonNode node, String key) {
      return stream(child(node, key), key).toList();
    }

    private Stream<JsonNode> stream(JsonNode node, String key) {
      if (!node.isArray()) throw wrong(key, "must be a list");
      var out = new ArrayList<JsonNode>();
      node.forEach(out::add);
      return out.stream();
    }

    private double number(JsonNode node, String key) {
      JsonNode n = child(node, key);
      if (!n.isNumber()) throw wrong(key, "must be a number");
      return n.doubleValue();
    }

    private double[] numbers(JsonNode list, String key) {
      return stream(list, key).mapToDouble(n -> {
        if (!n.isNumber()) throw wrong(key, "must hold numbers only");
        return n.doubleValue();
      }).toArray();
    }

    private int[] ids(JsonNode list, String key) {
      return stream(list, key).mapToInt(n -> {
        if (!n.canConvertToInt() || !n.isIntegralNumber() || n.intValue() < 0) throw wrong(key, "must hold whole numbers only");
        return n.intValue();
      }).toArray();
    }

    private InvalidInput wrong(String key, String what) {
      return new InvalidInput(file + ": " + key + " " + what + ".");
    }
  }
}
