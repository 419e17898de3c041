package org.vulpes.graph.operations;

import java.util.List;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Operation;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

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
  public List<Shape> infer(List<Shape> inputs) {
    Expect.inputs(inputs, "x", "the weight");
    Shape a = inputs.get(0), b = inputs.get(1);
    Axis shared = transposeA ? rows(a) : a.last(), weight = transposeB ? b.last() : rows(b);
    Expect.that(shared.size() == weight.size(), shared + " of x does not match " + weight + " of the weight " + b);
    Axis columns = transposeB ? rows(b) : b.last();
    return List.of(transposeA ? Shape.of(a.last(), columns) : a.withLast(columns));
  }

  @Override
  public long flops(List<Shape> inputs, List<Shape> outputs) {
    // rows × columns × the shared axis
    long shared = transposeA ? inputs.get(0).rows() : inputs.get(0).last().size();
    return 2 * outputs.getFirst().length() * shared;
  }

  @Override
  public void define(double[][] inputs, int[][] inputShapes, double[][] outputs, int[][] outputShapes) {
    int columnsA = last(inputShapes[0]), columnsB = last(inputShapes[1]);
    int rows = transposeA ? columnsA : inputs[0].length / columnsA;
    int shared = transposeA ? inputs[0].length / columnsA : columnsA;
    int columns = transposeB ? inputs[1].length / columnsB : columnsB;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < shared; k++) {
          double a = inputs[0][transposeA ? k * columnsA + i : i * columnsA + k];
          double b = inputs[1][transposeB ? j * columnsB + k : k * columnsB + j];
          sum += a * b;
        }
        outputs[0][i * columns + j] = sum;
      }
    }
  }

  private static int last(int[] shape) {
    return shape[shape.length - 1];
  }

  /** All axes but the last as one: the axis itself where there is only one. */
  private static Axis rows(Shape s) {
    return s.rank() == 2 ? s.axis(0) : Axis.of("rows", s.rows());
  }

  @Override
  public List<Tensor> gradient(Graph graph, List<Tensor> inputs, List<Tensor> outputs, List<Tensor> outputGradients) {
    // C = op(A) op(B): d op(A) = dC op(B)ᵀ and d op(B) = op(A)ᵀ dC, each written without transposing a result.
    Tensor a = inputs.get(0), b = inputs.get(1), dc = outputGradients.getFirst();
    Tensor da = transposeA ? graph.one(new MatMul(transposeB, true), b, dc) : graph.one(new MatMul(false, !transposeB), dc, b);
    Tensor db = transposeB ? graph.one(new MatMul(true, transposeA), dc, a) : graph.one(new MatMul(!transposeA, false), a, dc);
    return List.of(da, db);
  }

  @Override
  public boolean accumulates() {
    return true;
  }
}
