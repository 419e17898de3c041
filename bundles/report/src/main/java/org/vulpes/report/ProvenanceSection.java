package org.vulpes.report;

import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.FrameworkUtil;
import org.vulpes.study.Arm;
import org.vulpes.study.Environment;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;

/** What the study was made with, to the last hash, and the command that does it again. */
final class ProvenanceSection {
  private final StudyResult result;
  private final StudyPlan plan;

  ProvenanceSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
  }

  Block section() {
    var out = new ArrayList<Block>();
    if (!result.command().isBlank()) out.add(new Block.Code("sh", result.command()));
    out.add(new Block.Paragraph("", "This command, given again, keeps the trials that are there and runs what is missing; with another folder for storage.runs it trains everything anew. "
        + "The same versions on the same device give the same bits; the hashes tell whether question, text and tokenizer were the same."));
    out.add(new Block.Grid("Hashes and settings.", facts()));
    var environments = Environment.read(result.folder());
    if (environments.size() > 1) {
      out.add(new Block.Warning("", "The trials did not all run on the same versions or device: " + environments.size() + " environments follow, each with the time from which it held."));
    }
    for (Environment e : environments) environment(out, e, environments.size() > 1);
    for (Arm a : plan.arms()) {
      out.add(new Block.Fold("Whole configuration of " + a.name(),
          List.of(new Block.Code("hocon", a.config().root().render(ConfigRenderOptions.defaults().setOriginComments(false).setComments(false).setJson(false))))));
    }
    out.add(new Block.Paragraph("", "The whole configuration, resolved, is study.conf beside this page; each trial's own is config.conf in trials/<arm>-s<seed>, its curves are metrics.jsonl, "
        + "its record journal.jsonl."));
    return new Block.Section("How it was made, and how to do it again", out);
  }

  private Table facts() {
    var table = new Table("what", "value ");
    table.row("plan hash", plan.hash());
    table.row("corpus hash", plan.corpus());
    table.row("tokenizer fingerprint", plan.tokenizer());
    table.row("training and validation text", String.join(", ", plan.domains().entrySet().stream()
        .map(e -> e.getKey() + " " + Figures.count(e.getValue()[0]) + " + " + Figures.count(e.getValue()[1]) + " bytes").toList()));
    table.row("tokens a trial", Figures.count(plan.tokens()));
    table.row("seeds", String.join(", ", plan.seeds().stream().map(String::valueOf).toList()));
    if (plan.looks().size() > 1) table.row("looks", "after " + String.join(", ", plan.looks().stream().map(String::valueOf).toList()) + " seeds");
    table.row("metric", plan.measure() + ", at the final step");
    table.row("smallest effect δ, α", Figures.plain(plan.smallestEffect()) + ", " + Figures.plain(plan.alpha()));
    table.row("device", plan.device());
    table.row("report written by", writer());
    for (Arm a : plan.arms()) table.row("configuration of " + a.name(), a.hash());
    return table;
  }

  private static void environment(List<Block> out, Environment e, boolean several) {
    var table = new Table("slot", "plugin ", "bundle ", "version ", "SHA-256 of the bundle ");
    for (var p : e.plugins()) table.row(p.slot(), p.use(), p.bundle(), p.version(), p.sha256().isEmpty() ? Figures.NONE : p.sha256());
    out.add(new Block.Grid((several ? "From " + e.since() + ": " : "Trials ran on ") + "Vulpes " + e.vulpes() + ", " + e.java() + ", " + e.system() + ", device " + e.device()
        + ", with these plugins in the arms' slots.", table));
  }

  /** Version of this bundle, which may be another one than the trials ran with. */
  static String writer() {
    var bundle = FrameworkUtil.getBundle(ProvenanceSection.class);
    return "Vulpes " + (bundle == null ? "of unknown version" : bundle.getVersion().toString()) + " on " + System.getProperty("java.vm.name") + " " + Runtime.version() + ", "
        + System.getProperty("os.name") + " " + System.getProperty("os.arch");
  }
}
