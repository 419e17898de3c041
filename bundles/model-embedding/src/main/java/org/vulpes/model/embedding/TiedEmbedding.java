package org.vulpes.model.embedding;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.EmbeddingBrick;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** One matrix serves as embedding and as head (Press and Wolf 2017). */
@Component
@Fills(slot = "model.embedding", use = "tied")
public final class TiedEmbedding implements Plugin<EmbeddingBrick> {

  @Override
  public EmbeddingBrick create(Options options) {
    return new Tied(Table.read(options));
  }

  private record Tied(Table table) implements EmbeddingBrick {
    @Override
    public Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width) {
      return table.embed(scope, ids, vocabulary, width);
    }

    @Override
    public Tensor head(Scope scope, Axis vocabulary, Axis width) {
      return table.matrix(scope, vocabulary, width);
    }
  }
}
