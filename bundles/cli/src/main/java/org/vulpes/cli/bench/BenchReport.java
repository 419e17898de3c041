package org.vulpes.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.vulpes.cli.machine.Machine;

/**
 * What was measured, with all that one needs to measure it again.
 *
 * @param java vendor and version
 * @param simdBits registers that our kernels use
 * @param peak FLOP/s of the processor's fused multiply-adds on these threads
 * @param peer versions and settings; null: none
 * @param absence why there is no peer; null: there is one
 */
public record BenchReport(Machine machine, String java, int simdBits, int threads, double peak, JsonNode peer, String absence, TrainingBench.Turns turns,
    List<TrainingBench.Row> training, List<GemmBench.Row> gemm) {

  public String json() {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is always JSON", e);
    }
  }

  public String text() {
    var out = new StringBuilder();
    line(out, "machine  %s%s, %d processors; %s, %d bit registers, %d threads; fused multiply-adds reach %.0f GFLOP/s", machine.processor(),
        machine.instructions().isEmpty() ? "" : ", " + machine.instructions(), machine.processors(), java, simdBits, threads, peak * 1e-9);
    if (peer == null) line(out, "peer     %s", absence);
    else line(out, "peer     %s", peerText());
    if (!training.isEmpty()) training(out);
    if (!gemm.isEmpty()) gemm(out);
    return out.toString();
  }

  private String peerText() {
    var modes = new ArrayList<String>();
    turns.modes().forEach((name, compile) -> modes.add(compile.isEmpty() ? name : name + " (torch.compile, mode " + compile + ")"));
    var environment = new StringBuilder();
    peer.path("environment").properties().forEach(e -> environment.append("; ").append(e.getKey()).append('=').append(e.getValue().asText()));
    String trains = modes.isEmpty() ? "does not train" : String.join(" and ", modes);
    if (peer.has("libtorch")) {
      return String.format(Locale.ROOT, "libtorch %s driven from Java, %d threads, %s; fp32, its own AdamW (not fused), fused attention; %s%s", peer.path("libtorch").asText(),
          peer.path("threads").asInt(), peer.path("blas").asText(), trains, environment);
    }
    return String.format(Locale.ROOT, "PyTorch %s on Python %s, %d threads, %s, %s%s; fp32, fused AdamW, fused attention, denormals flushed; %s%s", peer.path("torch").asText(),
        peer.path("python").asText(), peer.path("threads").asInt(), peer.path("blas").asText(), peer.path("simd").asText(),
        peer.path("openblas").isTextual() ? ", " + peer.path("openblas").asText() : "", trains, environment);
  }

  private void training(StringBuilder out) {
    line(out, "turns    %d rounds, each side in turn for at least %.1f s or one step; medians, in brackets the extremes; share of the FMA peak; ratios are ours over theirs; memory "
        + "is over parameters, gradients and moments", turns.rounds(), turns.seconds());
    line(out, "");
    Set<String> sides = new LinkedHashSet<>(List.of(TrainingBench.OURS));
    sides.addAll(turns.modes().keySet());
    var rows = new ArrayList<List<String>>();
    boolean several = several(training.stream().map(TrainingBench.Row::device));
    var head = new ArrayList<>(several ? List.of("shape", "device", "parameters") : List.of("shape", "parameters"));
    for (String side : sides) {
      head.add(side + " tokens/s");
      head.add("peak");
      head.add(side.equals(TrainingBench.OURS) ? "memory" : "ratio");
    }
    rows.add(head);
    for (TrainingBench.Row r : training) {
      String parameters = String.format(Locale.ROOT, "%,d", r.parameters());
      var row = new ArrayList<>(several ? List.of(r.shape(), r.device(), parameters) : List.of(r.shape(), parameters));
      for (String side : sides) {
        Spread s = r.speed().get(side);
        row.add(s == null ? "-" : String.format(Locale.ROOT, "%,.0f [%,.0f, %,.0f]", s.median(), s.least(), s.most()));
        row.add(s == null ? "-" : String.format(Locale.ROOT, "%.0f %%", 100 * r.share().get(side)));
        if (side.equals(TrainingBench.OURS)) {
          row.add(String.format(Locale.ROOT, "%.2f x", r.memory()));
        } else {
          Spread ratio = r.ratio().get(side);
          row.add(ratio == null ? "-" : String.format(Locale.ROOT, "%.2f [%.2f, %.2f]", ratio.median(), ratio.least(), ratio.most()));
        }
      }
      rows.add(row);
    }
    table(out, rows);
    var told = new LinkedHashSet<String>();
    for (TrainingBench.Row r : training) {
      if (told.add(r.shape())) for (Map.Entry<String, String> f : r.failures().entrySet()) line(out, "%s, %s: the peer failed: %s", r.shape(), f.getKey(), f.getValue());
    }
  }

  private void gemm(StringBuilder out) {
    line(out, "");
    var sides = new LinkedHashSet<String>();
    gemm.forEach(r -> sides.addAll(r.speed().keySet()));
    var rows = new ArrayList<List<String>>();
    boolean several = several(gemm.stream().map(GemmBench.Row::device));
    var head = new ArrayList<>(several ? List.of("shape", "device", "product", "m × n × k") : List.of("shape", "product", "m × n × k"));
    for (String side : sides) head.add(side + " GFLOP/s");
    head.add("peak");
    if (sides.size() > 1) head.add("ratio to the better");
    rows.add(head);
    for (GemmBench.Row r : gemm) {
      var p = r.product();
      String layer = p.layer() + " " + p.transposition(), sizes = p.m() + " × " + p.n() + " × " + p.k();
      var row = new ArrayList<>(several ? List.of(r.shape(), r.device(), layer, sizes) : List.of(r.shape(), layer, sizes));
      for (String side : sides) {
        Spread s = r.speed().get(side);
        row.add(s == null ? "-" : String.format(Locale.ROOT, "%.0f [%.0f, %.0f]", s.median() * 1e-9, s.least() * 1e-9, s.most() * 1e-9));
      }
      row.add(String.format(Locale.ROOT, "%.0f %%", 100 * r.share()));
      if (sides.size() > 1) row.add(r.ratio() == null ? "-" : String.format(Locale.ROOT, "%.2f", r.ratio()));
      rows.add(row);
    }
    table(out, rows);
  }

  private static boolean several(Stream<String> devices) {
    return devices.distinct().count() > 1;
  }

  /** Columns as wide as they must be: texts to the left, figures to the right. */
  private static void table(StringBuilder out, List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] wide = new int[columns];
    for (var row : rows) for (int c = 0; c < columns; c++) wide[c] = Math.max(wide[c], row.get(c).length());
    for (var row : rows) {
      var text = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String pad = " ".repeat(wide[c] - row.get(c).length());
        text.append(c == 0 ? row.get(c) + pad : "  " + pad + row.get(c));
      }
      line(out, "%s", text.toString().stripTrailing());
    }
  }

  private static void line(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
