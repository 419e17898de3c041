package org.vulpes.model.position;

import org.osgi.service.component.annotations.Component;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Slice;
import org.vulpes.model.Parameter;
import org.vulpes.model.PositionBrick;
import org.vulpes.model.Scope;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * A learned vector for each place in the row, {@code model.embed_positions.weight}, added to the token's embedding (GPT-2). With documents
 * packed into one row a document's first token is not at place 0.
 */
@Component
@Fills(slot = "model.position", use = "learned")
public final class LearnedPosition implements Plugin<PositionBrick> {

  @Override
  public PositionBrick create(Options options) {
    return new Learned(options, options.integer("length", 1, 1 << 24), options.number("initial-deviation", 0, 10));
  }

  private record Learned(Options options, int length, double deviation) implements PositionBrick {

    @Override
    public int longest() {
      return length;
    }

    @Override
    public Tensor rotate(Scope scope, Tensor x, int headDim) {
      return x;
    }

    @Override
    public Tensor embed(Scope scope, Tensor x) {
      Graph graph = scope.graph();
      Axis batch = x.shape().axis(0);
      Axis time = x.shape().axis(1);
      Axis width = x.shape().last();
      if (time.size() > length) {
        throw options.wrong("length", "= " + length + " is shorter than the " + time.size() + " tokens of a sequence; make it at least as long");
      }
      if ((long) length * width.size() > Integer.MAX_VALUE) {
        throw options.wrong("length", "= " + length + " times model.width = " + width.size() + " is more than " + Integer.MAX_VALUE);
      }
      Tensor table = scope.parameter("model.embed_positions.weight", new Parameter.Initial.Normal(deviation), false, Axis.of("places", length), width);
      if (scope.context().places().isPresent()) return graph.add(x, graph.embedding(table, scope.context().places().get()));
      // Added as one long bias, so that the first time.size() rows serve every sequence of the batch.
      Axis row = Axis.of("row", time.size() * width.size());
      Tensor flat = graph.reshape(table, Axis.of("table", length * width.size()));
      if (time.size() < length) flat = graph.one(new Slice(0, row.size()), flat);
      return graph.reshape(graph.addBias(graph.reshape(x, batch, row), flat), batch, time, width);
    }
  }
}
