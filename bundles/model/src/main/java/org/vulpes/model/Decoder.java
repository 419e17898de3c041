package org.vulpes.model;

import com.typesafe.config.Config;
import java.util.List;
import java.util.function.BiConsumer;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.slot.Catalogue;

/** A decoder-only transformer assembled from bricks, as the {@code model} block of a configuration says. Immutable. */
public final class Decoder {

  /**
   * @param config a run's whole configuration; its {@code model} block is read
   * @param vocabulary number of token ids
   * @throws org.vulpes.slot.InvalidInput when the parts do not fit ("heads = 6 is not divisible by kv-heads = 4"), with file, line and key
   */
  public static Decoder of(Config config, Catalogue catalogue, int vocabulary) {
    throw new UnsupportedOperationException();
  }

  public int vocabulary() {
    throw new UnsupportedOperationException();
  }

  public int width() {
    throw new UnsupportedOperationException();
  }

  public int layers() {
    throw new UnsupportedOperationException();
  }

  /** Every parameter in the order in which the model uses them; names are unique. */
  public List<Parameter> parameters() {
    throw new UnsupportedOperationException();
  }

  public ParameterCount count() {
    throw new UnsupportedOperationException();
  }

  /**
   * The residual stream after the final norm, [batch, time, width]. Each parameter is a variable of the graph under its own name.
   *
   * @param ids [batch, time] I32
   * @param firstVisible [batch, time] I32
   * @param probe told {@code embedding}, {@code after_block_0}, …, {@code after_final_norm} with their tensors; for parity checks
   */
  public Tensor hidden(Graph graph, Tensor ids, Tensor firstVisible, BiConsumer<String, Tensor> probe) {
    throw new UnsupportedOperationException();
  }

  public Tensor hidden(Graph graph, Tensor ids, Tensor firstVisible) {
    return hidden(graph, ids, firstVisible, (name, tensor) -> {});
  }

  /** The head's weight [vocabulary, width] as a variable of the graph. */
  public Tensor head(Graph graph) {
    throw new UnsupportedOperationException();
  }
}
