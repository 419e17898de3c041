package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * Causal attention with grouped key/value heads (Ainslie et al. 2023), by online softmax: no time × time matrix is stored.
 *
 * <p>Inputs: q [batch, time, heads·headDim], k [batch, time, kvHeads·headDim], v (like k), firstVisible [batch, time] I32. Query head h reads
 * kv head h / (heads/kvHeads). Position t sees positions s with max(firstVisible[t], t−window+1 when window &gt; 0) ≤ s ≤ t: documents packed
 * into one row do not see each other. Outputs: out [batch, time, heads·headDim] = softmax(scale · q kᵀ) v, and logSumExp [batch, time, heads]
 * (natural log of the sum of exp of the scaled scores).
 */
public record Attention(int heads, int kvHeads, int headDim, double scale, int window) implements Operation {

  @Override
  public String name() {
    return "attention";
  }

  @Override
  public String family() {
    return "attention";
  }

  @Override
  public java.util.List<org.vulpes.graph.Shape> infer(java.util.List<org.vulpes.graph.Shape> inputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long flops(java.util.List<org.vulpes.graph.Shape> inputs, java.util.List<org.vulpes.graph.Shape> outputs) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public java.util.List<org.vulpes.graph.Tensor> gradient(org.vulpes.graph.Graph graph, java.util.List<org.vulpes.graph.Tensor> inputs,
      java.util.List<org.vulpes.graph.Tensor> outputs, java.util.List<org.vulpes.graph.Tensor> outputGradients) {
    throw new UnsupportedOperationException();
  }
}
