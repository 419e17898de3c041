package org.vulpes.interchange;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.vulpes.model.Parameter;
import org.vulpes.model.TensorSource;
import org.vulpes.slot.InvalidInput;

/** A file's tensors under the decoder's names: fused ones split, transposed ones turned. Every tensor of the file must have its place. */
final class NamedTensors implements TensorSource {
  private final TensorSource file;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Naming.Piece> pieces = new LinkedHashMap<>();
  private final SortedMap<String, Whole> wholes = new TreeMap<>();

  /** A tensor of the file. @param columns 0 for a vector @param rows of the matrix [out, in], summed over the parameters in it */
  private record Whole(int rows, int columns, boolean transposed, List<String> parameters) {
    long[] shape() {
      if (columns == 0) return new long[] {rows};
      return transposed ? new long[] {columns, rows} : new long[] {rows, columns};
    }
  }

  /**
   * @param leftOut tensors of the file that no computation needs: masks, tables, the head of a tied model
   * @throws InvalidInput when tensors are missing, left over or of another shape
   */
  NamedTensors(TensorSource file, List<Parameter> parameters, Naming naming, Predicate<String> leftOut) {
    this.file = file;
    for (Parameter p : parameters) this.parameters.put(p.name(), p);
    for (Parameter p : parameters) {
      Naming.Piece piece = naming.place(p.name(), other -> this.parameters.get(other).shape().axis(0).size());
      pieces.put(p.name(), piece);
      int rows = p.shape().axis(0).size();
      int columns = p.shape().rank() == 1 ? 0 : p.shape().last().size();
      wholes.merge(piece.tensor(), new Whole(rows, columns, piece.transposed(), List.of(p.name())), (a, b) ->
          new Whole(a.rows() + b.rows(), a.columns(), a.transposed(), Stream.concat(a.parameters().stream(), b.parameters().stream()).toList()));
    }
    wholes.forEach((name, whole) -> {
      long[] shape = file.shape(name);
      if (!Arrays.equals(shape, whole.shape())) {
        throw new InvalidInput(file.description() + ": " + name + " has shape " + Arrays.toString(shape) + ", but config.json asks for "
            + Arrays.toString(whole.shape()) + "; weights and configuration must belong together.");
      }
    });
    for (String name : file.names()) {
      if (!wholes.containsKey(name) && !leftOut.test(name)) {
        throw new InvalidInput(file.description() + " holds '" + name + "', for which the model of config.json has no place; weights and "
            + "configuration must belong together.");
      }
    }
  }

  /** Names in the file, in alphabetical order, without those left out. */
  List<String> fileNames() {
    return List.copyOf(wholes.keySet());
  }

  long[] fileShape(String name) {
    return wholes.get(name).shape();
  }

  /** A tensor in the file's layout, put together from values in the decoder's. @param values of a parameter, row-major */
  double[] toFile(String name, Function<String, double[]> values) {
    Whole whole = wholes.get(name);
    int columns = Math.max(1, whole.columns());
    var out = new double[Math.multiplyExact(whole.rows(), columns)];
    for (String parameter : whole.parameters()) {
      double[] v = values.apply(parameter);
      int start = pieces.get(parameter).start();
      for (int i = 0; i < v.length; i++) {
        int row = start + i / columns;
        int column = i % columns;
        out[whole.transposed() ? column * whole.rows() + row : row * columns + column] = v[i];
      }
    }
    return out;
  }

  @Override
  public String description() {
    return file.description();
  }

  @Override
  public List<String> names() {
    return List.copyOf(parameters.keySet());
  }

  @Override
  public long[] shape(String name) {
    Parameter p = parameters.get(name);
    if (p == null) throw new InvalidInput(description() + " has no tensor '" + name + "'.");
    return Arrays.stream(p.shape().sizes()).asLongStream().toArray();
  }

  @Override
  public void read(String name, long offset, float[] target, int from, int count) {
    Naming.Piece piece = pieces.get(name);
    Whole whole = wholes.get(piece.tensor());
    long columns = Math.max(1, whole.columns());
    if (!piece.transposed()) {
      file.read(piece.tensor(), piece.start() * columns + offset, target, from, count);
      return;
    }
    file.read(piece.tensor(), 0, target, from, 0);
    for (int i = 0; i < count; i++) {
      long row = piece.start() + (offset + i) / columns;
      long column = (offset + i) % columns;
      file.read(piece.tensor(), column * whole.rows() + row, target, from + i, 1);
    }
  }
}
