package @package@;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.EmbeddingBrick;
import org.vulpes.model.Parameter;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** One matrix as embedding and as head, with a factor on what is read from it. */
@Component
@Fills(slot = "model.embedding", use = "@name@")
public final class @class@ implements Plugin<EmbeddingBrick> {
  @Override
  public EmbeddingBrick create(Options options) {
    double factor = options.number("factor", 1e-6, 1e6);
    return new EmbeddingBrick() {
      @Override
      public Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width) {
        return scope.graph().scale(scope.graph().embedding(head(scope, vocabulary, width), ids), factor);
      }

      @Override
      public Tensor head(Scope scope, Axis vocabulary, Axis width) {
        return scope.parameter("model.embed_tokens.weight", new Parameter.Initial.Normal(0.02), true, vocabulary, width);
      }
    };
  }
}
