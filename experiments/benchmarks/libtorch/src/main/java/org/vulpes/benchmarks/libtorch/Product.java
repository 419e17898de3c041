package org.vulpes.benchmarks.libtorch;

import static org.bytedeco.pytorch.global.torch.matmul_out;
import static org.bytedeco.pytorch.global.torch.randn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** C = op(A) op(B); N: as it lies, T: transposed. */
final class Product {
  private static final int WARM = 3;

  private Product() {}

  /** Seconds of the products that fit into the time that is given. */
  static List<Double> seconds(JsonNode request) {
    long m = request.get("m").asLong(), n = request.get("n").asLong(), k = request.get("k").asLong();
    String letters = request.get("case").asText();
    try (var _ = new PointerScope()) {
      Tensor a = letters.charAt(0) == 'T' ? randn(k, m).t() : randn(m, k), b = letters.charAt(1) == 'T' ? randn(n, k).t() : randn(k, n), c = randn(m, n);
      for (int i = 0; i < WARM; i++) matmul_out(c, a, b);
      var out = new ArrayList<Double>();
      long end = System.nanoTime() + (long) (request.get("seconds").asDouble() * 1e9);
      do {
        long began = System.nanoTime();
        matmul_out(c, a, b);
        out.add((System.nanoTime() - began) * 1e-9);
      } while (System.nanoTime() < end);
      return out;
    }
  }
}
