package org.vulpes.model.embedding;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Parameter;
import org.vulpes.model.Scope;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** The table of token vectors, {@code model.embed_tokens.weight}. @param scale 0: the square root of the width */
record Table(double scale, double deviation, boolean decay) {

  static Table read(Options options) {
    return new Table(scale(options), options.number("initial-deviation", 0, 10), options.flag("decay"));
  }

  private static double scale(Options options) {
    if (options.text("scale").equals("sqrt-width")) return 0;
    try {
      return options.number("scale", Float.MIN_NORMAL, Float.MAX_VALUE);
    } catch (InvalidInput e) {
      throw options.wrong("scale", "must be a number greater than 0 or sqrt-width, but is " + options.text("scale"));
    }
  }

  Tensor matrix(Scope scope, Axis vocabulary, Axis width) {
    return scope.parameter("model.embed_tokens.weight", new Parameter.Initial.Normal(deviation), decay, vocabulary, width);
  }

  Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width) {
    Tensor x = scope.graph().embedding(matrix(scope, vocabulary, width), ids);
    double factor = scale == 0 ? Math.sqrt(width.size()) : scale;
    return factor == 1 ? x : scope.graph().scale(x, factor);
  }
}
