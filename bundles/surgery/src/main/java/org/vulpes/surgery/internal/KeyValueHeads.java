package org.vulpes.surgery.internal;

import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Body;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;

/**
 * Another number of key/value heads. A new head is the mean of the old ones whose query heads it serves, weighted by how many of them (Ainslie et al. 2023, arXiv 2305.13245): fewer heads pool, more
 * heads are copies and compute the same.
 */
@Component
@Fills(slot = "surgery", use = "kv-heads")
public final class KeyValueHeads implements Plugin<Surgery> {
  private static final String BLOCK = "model.attention.gqa";
  private static final String KEY = BLOCK + ".kv-heads";
  /** What has one row, or one element, for each dimension of each key/value head; k_norm only when it goes over the whole projection. */
  private static final Set<String> PROJECTIONS = Set.of("k_proj.weight", "v_proj.weight", "k_proj.bias", "v_proj.bias", "k_norm.weight", "k_norm.bias");

  @Override
  public Surgery create(Options options) {
    return Surgery.of(List.of(KEY), KeyValueHeads::plan);
  }

  private static Operation plan(Change change) {
    int heads = change.before().config().getInt(BLOCK + ".heads");
    int old = change.before().config().getInt(KEY);
    int fresh = change.after().config().getInt(KEY);
    String what = fresh % old == 0 ? old + " key/value heads become " + fresh + ", each " + fresh / old + " times"
        : old % fresh == 0 ? old + " key/value heads become " + fresh + ", means of " + old / fresh : old + " key/value heads become " + fresh + ", means by the query heads that they serve";
    return new Operation(what, fresh % old == 0, body -> {
      for (Parameter p : change.reshaped()) {
        if (PROJECTIONS.stream().noneMatch(name -> p.name().endsWith(".self_attn." + name))) continue;
        body.put(p, pooled(body, p, heads, old, fresh));
      }
    });
  }

  /** Row blocks of one head each: new head j is Σ_i |queries of both| / |queries of j| · old head i; its gradient takes |queries of both| / |queries of i| of each. */
  private static float[] pooled(Body body, Parameter p, int heads, int old, int fresh) {
    float[] values = body.values(p.name());
    int block = values.length / old;
    var out = new float[block * fresh];
    int servedByOld = heads / old;
    int servedByFresh = heads / fresh;
    for (int j = 0; j < fresh; j++) {
      for (int i = 0; i < old; i++) {
        int both = Math.min((j + 1) * servedByFresh, (i + 1) * servedByOld) - Math.max(j * servedByFresh, i * servedByOld);
        if (both <= 0) continue;
        double factor = body.meaning().factor((double) both / servedByFresh, (double) both / servedByOld);
        for (int e = 0; e < block; e++) out[j * block + e] += (float) (factor * values[i * block + e]);
      }
    }
    return out;
  }
}
