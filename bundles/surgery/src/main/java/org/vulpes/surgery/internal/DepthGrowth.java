package org.vulpes.surgery.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Body;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;

/**
 * More blocks. Each new one is a copy of an old one: with {@code blocks = zero} what it writes to the residual stream is zero at first, so that the model computes the same (LLaMA Pro, Wu et al. 2024,
 * arXiv 2401.02415); with {@code blocks = stack} it is a whole copy (Du et al. 2024, arXiv 2405.15319).
 */
@Component
@Fills(slot = "surgery", use = "depth")
public final class DepthGrowth implements Plugin<Surgery> {
  private static final String KEY = "model.layers";
  private static final Pattern BLOCK = Pattern.compile("model\\.layers\\.(\\d+)\\.(.*)");
  /** What writes to the residual stream. */
  private static final Pattern WRITES = Pattern.compile("(self_attn\\.o_proj|mlp\\.down_proj)\\.(weight|bias)");
  /** Behind it, unless norms stand before the parts. */
  private static final Pattern BEHIND = Pattern.compile("post_(attention|feedforward)_layernorm\\.bias");

  @Override
  public Surgery create(Options options) {
    boolean zero = options.choice("blocks", "zero", "stack").equals("zero");
    boolean spread = options.choice("place", "spread", "end").equals("spread");
    return Surgery.of(List.of(KEY), change -> plan(change, zero, spread));
  }

  private static Operation plan(Change change, boolean zero, boolean spread) {
    int old = change.before().decoder().layers();
    int fresh = change.after().decoder().layers();
    if (fresh < old) throw change.options("model").wrong("layers", "= " + fresh + " takes away blocks of a model that has " + old + "; surgery only adds blocks");
    var pre = change.after().config().getString("model.arrangement").equals("pre");
    if (zero) check(change);
    String what = old + " blocks become " + fresh + ", " + (zero ? "the new ones writing nothing at first" : "the new ones whole copies") + (spread ? ", each behind its original" : ", at the end");
    return new Operation(what, zero, body -> grow(body, change, old, fresh, zero, spread, pre));
  }

  private static void check(Change change) {
    for (int i = 0; i < change.after().decoder().layers(); i++) {
      for (String part : List.of("self_attn.o_proj.weight", "mlp.down_proj.weight")) {
        String name = KEY + "." + i + "." + part;
        if (change.after().decoder().parameters().stream().noneMatch(p -> p.name().equals(name))) {
          throw change.options("model").wrong("layers", "cannot grow by blocks that write nothing: block " + i + " has no " + part + "; surgery.depth.blocks = stack copies whole blocks");
        }
      }
    }
  }

  /** The old block of which block i is made. */
  private static int origin(int i, int old, int fresh, boolean spread) {
    return spread ? (int) ((long) i * old / fresh) : i % old;
  }

  private static void grow(Body body, Change change, int old, int fresh, boolean zero, boolean spread, boolean pre) {
    var from = new LinkedHashMap<String, String>();
    var isNew = new TreeMap<Integer, Boolean>();
    for (int i = 0; i < fresh; i++) isNew.put(i, i > 0 && spread ? origin(i, old, fresh, true) == origin(i - 1, old, fresh, true) : i >= old);
    for (Parameter p : change.after().decoder().parameters()) {
      var m = BLOCK.matcher(p.name());
      from.put(p.name(), m.matches() ? KEY + "." + origin(Integer.parseInt(m.group(1)), old, fresh, spread) + "." + m.group(2) : p.name());
    }
    body.rename(from);
    for (Parameter p : change.after().decoder().parameters()) {
      var m = BLOCK.matcher(p.name());
      if (!m.matches() || !isNew.get(Integer.parseInt(m.group(1)))) continue;
      boolean silent = zero && (WRITES.matcher(m.group(2)).matches() || !pre && BEHIND.matcher(m.group(2)).matches());
      // The gradient of a copy is its own: what its original has seen says nothing about it.
      if (silent || body.meaning() != Meaning.VALUE) body.put(p, new float[Math.toIntExact(p.shape().length())]);
    }
  }
}
