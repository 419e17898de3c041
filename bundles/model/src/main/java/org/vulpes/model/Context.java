package org.vulpes.model;

import java.util.Optional;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;

/**
 * What a graph knows of its tokens besides their ids: at which place of their sequence they stand, and what they can attend to. Whole sequences in
 * training ({@link #rows}); one new token each, with what came before in a cache, in generation.
 */
public interface Context {

  /**
   * Mixes what each position sees.
   *
   * @param layer index of the block
   * @param q [batch, time, heads·headDim], positions worked in
   * @param k [batch, time, kvHeads·headDim]
   * @param v like k
   * @return like q
   */
  Tensor attend(Graph graph, int layer, Attention attention, Tensor q, Tensor k, Tensor v);

  /** The place of each token, [batch, time] I32; empty when token t of every row stands at place t. */
  default Optional<Tensor> places() {
    return Optional.empty();
  }

  /** How many places there are: all of {@link #places} are below. @param time tokens of a row of the graph */
  default int placeCount(int time) {
    return time;
  }

  /** Whole rows of documents. @param firstVisible [batch, time] I32: the first position that each position sees */
  static Context rows(Tensor firstVisible) {
    return (graph, layer, a, q, k, v) -> graph.attention(q, k, v, firstVisible, a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window());
  }
}
