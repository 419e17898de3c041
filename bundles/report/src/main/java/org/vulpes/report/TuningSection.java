package org.vulpes.report;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.study.StudyResult;
import org.vulpes.study.TuningTrial;

/** How each arm's settings were chosen: loss over what was tried, what was chosen, and whether it stands at the edge. */
final class TuningSection {
  private final StudyResult result;

  TuningSection(StudyResult result) {
    this.result = result;
  }

  List<Block> sections() {
    if (result.tuning().isEmpty()) return List.of();
    var tuning = new Tuning(result);
    var drawings = new ArrayList<Drawing>();
    var choices = new Table("arm", "setting ", "chosen", result.plan().metric().words() + " there", "tried ", "edge ");
    for (String setting : tuning.settings()) {
      drawings.add(tuning.draw(setting, drawings.size() + 1, "The table below names what was chosen."));
      for (var c : tuning.curves(setting)) {
        choices.row(c.arm(), setting, c.chosen() < 0 ? "not yet" : c.values().get(c.chosen()), c.chosen() < 0 ? Figures.NONE : Figures.bits(c.loss()[c.chosen()]), String.join(", ", c.values()),
            c.atEdge() ? "yes: a better value may lie beyond" : c.chosen() < 0 ? "" : "no");
      }
    }
    var out = new ArrayList<Block>();
    out.add(new Block.Paragraph("", "Every arm was tuned with the same number of trials, " + Figures.count(result.tuning().size()) + " in all, on seeds that no verdict rests on. "
        + "A ring marks the value that the arm's verdict trials run with." + (tuning.settings().size() > 1
            ? " Several settings were tuned together: a point is the best that the others reach beside that value." : "")));
    if (!drawings.isEmpty()) out.add(new Block.Figure("", List.of(new Block.View("tuning", drawings))));
    out.add(new Block.Grid("What was chosen.", choices));
    out.add(new Block.Fold("Every tuning trial", List.of(new Block.Grid("", trials()))));
    return List.of(new Block.Section("Tuning", out));
  }

  private Table trials() {
    var table = new Table("arm", "settings ", "seed", "status ", result.plan().metric().words(), "chosen ");
    for (TuningTrial t : result.tuning()) {
      table.row(t.arm(), String.join(", ", t.settings().entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList()), String.valueOf(t.seed()), t.status(),
          Figures.bits(t.value()), t.chosen() ? "yes" : "");
    }
    return table;
  }
}
