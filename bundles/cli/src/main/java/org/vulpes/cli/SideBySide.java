package org.vulpes.cli;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.vulpes.model.Decoder;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.model.InnerSize;
import org.vulpes.slot.Catalogue;
import org.vulpes.study.matching.Match;
import org.vulpes.training.Lessons;
import org.vulpes.training.RunSettings;
import org.vulpes.training.StepCost;
import org.vulpes.training.Trainee;

/** A model and a variant of it as a table for a terminal: parameters by part, FLOPs a token, dimensions. */
final class SideBySide {
  private record Model(Decoder decoder, double flops, int ffn) {
    static Model of(Config config, int vocabulary, Catalogue catalogue) {
      Decoder decoder = Decoder.of(config, catalogue, vocabulary);
      long tokens = RunSettings.of(config).tokens();
      double flops = StepCost.flops(Trainee.of(config, catalogue, vocabulary), Lessons.of(config, catalogue), tokens) / tokens;
      return new Model(decoder, flops, catalogue.<FeedForwardBrick>create(config, "model.feedforward").inner(decoder.width()).map(InnerSize::size).orElse(0));
    }
  }

  private SideBySide() {}

  static String of(Config base, int vocabulary, Config variant, int variantVocabulary, Catalogue catalogue) {
    var b = Model.of(base, vocabulary, catalogue);
    var v = Model.of(variant, variantVocabulary, catalogue);
    var rows = new ArrayList<String[]>();
    rows.add(new String[] {"", "base", "variant", ""});
    rows.add(row("parameters", b.decoder.count().total(), v.decoder.count().total()));
    var parts = new TreeSet<>(b.decoder.count().byPart().keySet());
    parts.addAll(v.decoder.count().byPart().keySet());
    for (String part : parts) rows.add(row("  " + part, b.decoder.count().byPart().getOrDefault(part, 0L), v.decoder.count().byPart().getOrDefault(part, 0L)));
    rows.add(row("non-embedding", b.decoder.count().nonEmbedding(), v.decoder.count().nonEmbedding()));
    rows.add(row("training FLOPs a token", b.flops, v.flops));
    rows.add(row("width", b.decoder.width(), v.decoder.width()));
    if (b.ffn > 0 && v.ffn > 0) rows.add(row("ffn", b.ffn, v.ffn));
    rows.add(row("layers", b.decoder.layers(), v.decoder.layers()));
    return table(rows);
  }

  private static String[] row(String name, double base, double variant) {
    String difference = base == variant ? "" : base == 0 ? "new" : Match.percent(variant / base - 1);
    return new String[] {name, String.format(Locale.ROOT, "%,.0f", base), String.format(Locale.ROOT, "%,.0f", variant), difference};
  }

  private static String table(List<String[]> rows) {
    int[] w = new int[4];
    for (String[] r : rows) for (int i = 0; i < 4; i++) w[i] = Math.max(w[i], r[i].length());
    var out = new StringBuilder();
    for (String[] r : rows) {
      out.append(String.format("  %-" + w[0] + "s  %" + w[1] + "s  %" + w[2] + "s  %" + Math.max(1, w[3]) + "s", (Object[]) r).stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
