package org.vulpes.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.vulpes.evaluation.ItemFile;
import org.vulpes.evaluation.ItemResult;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.Arm;
import org.vulpes.study.StudyPlan;
import org.vulpes.study.StudyResult;

/** What models wrote where the study compares something that is written: the first items of the evaluation, before the first step and after the last, so that a reader sees what the number means. */
final class WrittenSection {
  private static final int ITEMS = 12;
  private static final int LONGEST = 60;

  private final StudyResult result;
  private final StudyPlan plan;

  WrittenSection(StudyResult result) {
    this.result = result;
    plan = result.plan();
  }

  /** One section; none where the metric is not of texts, or no trial has finished. */
  List<Block> sections() {
    if (plan.metric().isBits()) return List.of();
    for (long seed : plan.seeds()) {
      if (!plan.arms().stream().allMatch(a -> result.trial(a.name(), seed).filter(t -> t.finished()).isPresent())) continue;
      var table = table(seed);
      if (table.isEmpty()) return List.of();
      return List.of(new Block.Section("What was written", List.of(new Block.Grid("The first items of '" + plan.metric().evaluation() + "' at seed " + seed + ": before the first step, and by each arm after its last. ✓ and ✗ say how "
          + plan.metric().metric() + " marks them; of several samples the first is shown. All of them lie in the trials' folders evaluations/" + plan.metric().evaluation() + ".", table.get()))));
    }
    return List.of();
  }

  private Optional<Table> table(long seed) {
    var headings = new ArrayList<>(List.of("item "));
    var columns = new ArrayList<Map<String, ItemResult>>();
    var begun = files(plan.baseline(), seed);
    if (begun.isEmpty() || !texts(read(begun.firstEntry().getValue()))) return Optional.empty();
    if (begun.firstKey() == 0) {
      headings.add("before ");
      columns.add(read(begun.firstEntry().getValue()));
    }
    for (Arm a : plan.arms()) {
      var files = files(a.name(), seed);
      if (files.isEmpty()) continue;
      headings.add(a.name() + " ");
      columns.add(read(files.lastEntry().getValue()));
    }
    var table = new Table(headings);
    columns.getFirst().keySet().stream().limit(ITEMS).forEach(id -> {
      var cells = new ArrayList<>(List.of(Labels.fitted(id, LONGEST)));
      columns.forEach(c -> cells.add(c.containsKey(id) ? cell(c.get(id)) : Figures.NONE));
      table.row(cells);
    });
    return Optional.of(table);
  }

  private String cell(ItemResult item) {
    double mark = item.metrics().getOrDefault(plan.metric().metric(), Double.NaN);
    var texts = (List<?>) item.answer().get("texts");
    String text = Labels.fitted(String.valueOf(texts.getFirst()).strip().replace('\n', '↵'), LONGEST);
    return (mark == 1 ? "✓ " : mark == 0 ? "✗ " : Math.round(mark * texts.size()) + " of " + texts.size() + " ") + text;
  }

  private static boolean texts(Map<String, ItemResult> items) {
    return items.values().stream().allMatch(i -> i.answer().get("texts") instanceof List<?> l && !l.isEmpty());
  }

  /** By step. */
  private TreeMap<Long, Path> files(String arm, long seed) {
    Path folder = result.trialFolder(arm, seed).resolve("evaluations").resolve(plan.metric().evaluation());
    var out = new TreeMap<Long, Path>();
    if (!Files.isDirectory(folder)) return out;
    try (var all = Files.list(folder)) {
      all.filter(p -> p.getFileName().toString().matches("\\d+\\.jsonl")).forEach(p -> out.put(Long.parseLong(p.getFileName().toString().replace(".jsonl", "")), p));
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
    return out;
  }

  private static Map<String, ItemResult> read(Path file) {
    return ItemFile.read(file).stream().collect(Collectors.toMap(ItemResult::id, i -> i, (a, b) -> a, LinkedHashMap::new));
  }
}
