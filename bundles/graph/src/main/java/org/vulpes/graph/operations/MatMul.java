package org.vulpes.graph.operations;

import org.vulpes.graph.Operation;

/**
 * C = op(A) op(B). Operands are matrices: rows = product of all axes but the last, columns = the last axis.
 *
 * <p>Inputs A (rows × k, or k × rows when transposed), B (k × columns, or columns × k when transposed). Output C: A's leading axes and B's
 * column axis; with {@code transposeA} C is [A's last axis, B's column axis]. A linear layer on HF weights [out, in] is MatMul(false, true);
 * its gradients are MatMul(false, false) for the input and MatMul(true, false) for the weight. Can accumulate.
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Operation {

  @Override
  public String name() {
    return "matmul";
  }

  @Override
  public String family() {
    return "gemm";
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

  @Override
  public boolean accumulates() {
    return true;
  }
}
