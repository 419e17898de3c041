package org.vulpes.surgery.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;

/** Positions for longer texts: other angles of RoPE over the same weights, or more rows of learned positions. */
@Component
@Fills(slot = "surgery", use = "context")
public final class LongerContext implements Plugin<Surgery> {
  private static final String ROPE = "model.position.rope";
  private static final String LENGTH = "model.position.learned.length";
  private static final String TABLE = "model.embed_positions.weight";

  @Override
  public Surgery create(Options options) {
    return Surgery.of(List.of(ROPE + ".theta", ROPE + ".scaling", ROPE + ".linear", ROPE + ".llama3", LENGTH), LongerContext::plan);
  }

  private static Operation plan(Change change) {
    var table = change.reshaped().stream().filter(p -> p.name().equals(TABLE)).findFirst();
    if (table.isPresent()) return longer(change, table.get());
    if (!change.after().config().getString("model.position.use").equals("rope")) return new Operation("options of positions that the model does not use", true, body -> {});
    double old = change.before().config().getDouble(ROPE + ".theta");
    double fresh = change.after().config().getDouble(ROPE + ".theta");
    return new Operation("positions turn by other angles" + (old == fresh ? " (" + ROPE + ".scaling)" : ", theta from " + plain(old) + " to " + plain(fresh)), false, body -> {});
  }

  private static Operation longer(Change change, Parameter table) {
    int old = change.before().decoder().longest();
    int fresh = change.after().decoder().longest();
    if (fresh < old) throw change.options("model.position.learned").wrong("length", "= " + fresh + " takes away positions of a model that has " + old + "; surgery only adds positions");
    return new Operation(old + " learned positions become " + fresh + "; texts of up to " + old + " tokens see no difference", true, body -> {
      float[] out = body.fresh(table);
      float[] values = body.values(TABLE);
      System.arraycopy(values, 0, out, 0, values.length);
      body.put(table, out);
    });
  }

  private static String plain(double x) {
    return new java.math.BigDecimal(Double.toString(x)).stripTrailingZeros().toPlainString();
  }
}
