package org.vulpes.model.feedforward;

import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Activation;
import org.vulpes.model.InnerSize;
import org.vulpes.model.Scope;
import org.vulpes.slot.Options;

/** What both feed-forward bricks read and build: an inner width, an activation, and linear layers with or without bias. */
record Layers(int width, Activation activation, boolean bias) {

  static Layers read(Options options) {
    String name = options.choice("activation", "silu", "gelu", "gelu-tanh", "relu", "relu-squared");
    return new Layers(options.has("width") ? options.integer("width", 1, 1 << 24) : 0,
        Activation.valueOf(name.replace('-', '_').toUpperCase(java.util.Locale.ROOT)), options.flag("bias"));
  }

  /** @param multiple of the model's width, when no width was given */
  int inner(int modelWidth, int multiple) {
    return width > 0 ? width : Math.multiplyExact(multiple, modelWidth);
  }

  InnerSize size(int modelWidth, int multiple) {
    return new InnerSize("width", inner(modelWidth, multiple), 1);
  }

  Tensor up(Scope scope, String name, Tensor x, Axis inner) {
    try (var _ = scope.graph().at(name)) {
      return biased(scope.child(name), scope.graph().linear(x, scope.child(name).weight("weight", inner, x.shape().last())));
    }
  }

  Tensor down(Scope scope, Tensor x, Axis width) {
    try (var _ = scope.graph().at("down_proj")) {
      Scope here = scope.child("down_proj");
      return biased(here, scope.graph().linear(x, here.residualWeight("weight", width, x.shape().last())));
    }
  }

  private Tensor biased(Scope scope, Tensor y) {
    return bias ? scope.graph().addBias(y, scope.vector("bias", 0, y.shape().last())) : y;
  }
}
