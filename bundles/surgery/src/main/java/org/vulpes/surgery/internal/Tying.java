package org.vulpes.surgery.internal;

import java.util.List;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.Parameter;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.surgery.Change;
import org.vulpes.surgery.Meaning;
import org.vulpes.surgery.Operation;
import org.vulpes.surgery.Surgery;

/** One matrix for embedding and head becomes two equal ones, which compute the same; or two become one. */
@Component
@Fills(slot = "surgery", use = "tying")
public final class Tying implements Plugin<Surgery> {
  private static final String BLOCK = "model.embedding";
  private static final String TABLE = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  @Override
  public Surgery create(Options options) {
    String tied = options.choice("tied", "mean", "embedding", "head");
    return Surgery.of(List.of(BLOCK + ".use", BLOCK + ".tied.scale", BLOCK + ".untied.scale"), change -> plan(change, tied));
  }

  private static Operation plan(Change change, String tied) {
    double rescale = scale(change, true) / scale(change, false);
    boolean was = has(change.before().decoder().parameters());
    boolean is = has(change.after().decoder().parameters());
    String rescaled = rescale == 1 ? "" : ", embeddings times " + (float) rescale + " for the other scale";
    if (was == is) {
      // A head that is the table cannot be scaled without the other.
      return new Operation(rescale == 1 ? "options of an embedding that the model does not use" : "embeddings are scaled otherwise" + (is ? rescaled : ""), is || rescale == 1, body -> {
        if (is) body.scale(TABLE, body.meaning().factor(rescale, 1 / rescale));
      });
    }
    if (is) {
      return new Operation("the head becomes a matrix of its own, equal to the embedding" + rescaled, true, body -> {
        // What was one gradient is shared by two uses; what part each had is not known.
        body.scale(TABLE, body.meaning().factor(1, 0.5));
        body.copy(TABLE, HEAD);
        body.scale(TABLE, body.meaning().factor(rescale, 1 / rescale));
      });
    }
    String what = switch (tied) {
      case "embedding" -> "the embedding becomes the head too";
      case "head" -> "the head becomes the embedding too";
      default -> "embedding and head become one matrix, their mean";
    };
    double share = tied.equals("mean") ? 0.5 : tied.equals("embedding") ? 1 : 0;
    return new Operation(what + rescaled, false, body -> {
      body.scale(TABLE, body.meaning().factor(rescale, 1 / rescale));
      float[] table = body.values(TABLE);
      float[] head = body.values(HEAD);
      boolean value = body.meaning() == Meaning.VALUE;
      // The gradient of one matrix is the sum of those of its two uses.
      for (int i = 0; i < table.length; i++) table[i] = value ? (float) (share * table[i] + (1 - share) * head[i]) : table[i] + head[i];
      body.put(change.after().decoder().parameters().stream().filter(p -> p.name().equals(TABLE)).findFirst().orElseThrow(), table);
      body.remove(HEAD);
    });
  }

  private static boolean has(List<Parameter> parameters) {
    return parameters.stream().anyMatch(p -> p.name().equals(HEAD));
  }

  /** Factor on the embedding. */
  private static double scale(Change change, boolean before) {
    var config = before ? change.before().config() : change.after().config();
    String text = config.getString(BLOCK + "." + config.getString(BLOCK + ".use") + ".scale");
    return text.equals("sqrt-width") ? Math.sqrt(config.getInt("model.width")) : Double.parseDouble(text);
  }
}
