package org.vulpes.model.embedding;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.EmbeddingBrick;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** A table for the embedding and a matrix of its own, {@code lm_head.weight}, for the head. */
@Component
@Fills(slot = "model.embedding", use = "untied")
public final class UntiedEmbedding implements Plugin<EmbeddingBrick> {

  @Override
  public EmbeddingBrick create(Options options) {
    return new Untied(Table.read(options));
  }

  private record Untied(Table table) implements EmbeddingBrick {
    @Override
    public Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width) {
      return table.embed(scope, ids, vocabulary, width);
    }

    @Override
    public Tensor head(Scope scope, Axis vocabulary, Axis width) {
      return scope.weight("lm_head.weight", vocabulary, width);
    }
  }
}
