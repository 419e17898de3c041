package org.vulpes.surgery.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Body;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;

/** More inner units of the feed-forward part. Rows of new units begin as in a new model, their columns of the matrix behind are zero: the model computes the same, and every new unit learns. */
@Component
@Fills(slot = "surgery", use = "ffn-width")
public final class WiderFeedForward implements Plugin<Surgery> {
  private static final String PART = "model.feedforward";

  @Override
  public Surgery create(Options options) {
    return Surgery.of(List.of(PART + ".gated.width", PART + ".plain.width"), WiderFeedForward::plan);
  }

  private static Operation plan(Change change) {
    String use = change.after().config().getString(PART + ".use");
    int from = 0;
    int to = 0;
    for (Parameter p : change.reshaped()) {
      int old = change.before().decoder().parameters().stream().filter(o -> o.name().equals(p.name())).findFirst().orElseThrow().shape().sizes()[0];
      int fresh = p.shape().sizes()[0];
      if (!p.name().endsWith(".mlp.up_proj.weight")) continue;
      if (fresh < old) throw change.options(PART + "." + use).wrong("width", "= " + fresh + " takes away units of a feed-forward part that has " + old + "; surgery only adds units");
      from = old;
      to = fresh;
    }
    return new Operation(to == 0 ? "the inner width is the same" : from + " inner units become " + to + ", the new ones with no weight at first", true, body -> {
      for (Parameter p : change.reshaped()) body.put(p, p.name().contains("down_proj") ? columns(body, p) : rows(body, p));
    });
  }

  /** Old rows (or elements), then those of a new parameter of this size. */
  private static float[] rows(Body body, Parameter p) {
    float[] old = body.values(p.name());
    float[] out = body.fresh(p);
    System.arraycopy(old, 0, out, 0, old.length);
    return out;
  }

  /** Each old row, then zeros. */
  private static float[] columns(Body body, Parameter p) {
    float[] old = body.values(p.name());
    int rows = p.shape().sizes()[0];
    int width = p.shape().sizes()[1];
    int before = old.length / rows;
    var out = new float[rows * width];
    for (int r = 0; r < rows; r++) System.arraycopy(old, r * before, out, r * width, before);
    return out;
  }
}
