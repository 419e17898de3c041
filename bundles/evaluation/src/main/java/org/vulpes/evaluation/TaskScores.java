package org.vulpes.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Item results added up. A task's mean is over all its items, whatever group they belong to, as the harness weighs MMLU's subjects; each group has its own.
 * Passages give ratios of sums: {@code bits_per_byte}, {@code byte_perplexity}, {@code word_perplexity}, {@code token_perplexity}.
 */
public final class TaskScores {
  private TaskScores() {}

  /** By metric; with the task before it ({@code blimp acc}) when the items are of several. */
  public static SortedMap<String, Score> named(List<ItemResult> items) {
    Map<String, List<ItemResult>> byTask = new LinkedHashMap<>();
    for (ItemResult i : items) byTask.computeIfAbsent(i.task(), _ -> new ArrayList<>()).add(i);
    var out = new TreeMap<String, Score>();
    byTask.forEach((task, of) -> of(of).forEach((metric, score) -> out.put(byTask.size() == 1 ? metric : task + " " + metric, score)));
    return out;
  }

  /** The names that {@link #named} will have, from the items alone. */
  public static SortedSet<String> names(Map<String, List<Item>> byTask, Examination.Writing writing) {
    var out = new TreeSet<String>();
    byTask.forEach((task, items) -> {
      if (!items.isEmpty()) names(items.getFirst(), writing).forEach(metric -> out.add(byTask.size() == 1 ? metric : task + " " + metric));
    });
    return out;
  }

  private static List<String> names(Item item, Examination.Writing writing) {
    return switch (item) {
      case Item.Choice c -> c.mass() ? List.of("mc2") : List.of("acc", "acc_norm", "acc_bytes");
      case Item.Passage _ -> List.of("bits_per_byte", "byte_perplexity", "word_perplexity", "token_perplexity");
      case Item.Writing w -> {
        var out = new ArrayList<String>();
        for (String metric : w.marks().apply("").keySet()) {
          out.add(metric);
          if (writing.samples() > 1) for (int k : writing.ks()) out.add(metric + " pass@" + k);
        }
        yield out;
      }
    };
  }

  /** By metric. */
  public static SortedMap<String, Score> of(List<ItemResult> items) {
    var out = new TreeMap<String, Score>();
    if (items.isEmpty()) return out;
    var clusters = items.stream().map(ItemResult::cluster).toList();
    if (items.getFirst().metrics().containsKey("nats")) {
      out.put("bits_per_byte", scaled(ratio(items, "bytes", clusters), 1 / Math.log(2)));
      for (String unit : List.of("byte", "word", "token")) {
        Score s = ratio(items, unit + "s", clusters);
        // The error of e^x is e^x times that of x.
        out.put(unit + "_perplexity", new Score(Math.exp(s.mean()), Math.exp(s.mean()) * s.standardError(), s.items(), s.clusters()));
      }
      return out;
    }
    for (String metric : items.getFirst().metrics().keySet()) out.put(metric, Score.of(items.stream().map(i -> i.metrics().get(metric)).toList(), clusters));
    return out;
  }

  /** By group, in alphabetical order; empty when the task has none. */
  public static SortedMap<String, SortedMap<String, Score>> byGroup(List<ItemResult> items) {
    Map<String, List<ItemResult>> groups = new LinkedHashMap<>();
    for (ItemResult i : items) if (!i.group().isEmpty()) groups.computeIfAbsent(i.group(), _ -> new ArrayList<>()).add(i);
    var out = new TreeMap<String, SortedMap<String, Score>>();
    groups.forEach((group, of) -> out.put(group, of(of)));
    return out;
  }

  private static Score ratio(List<ItemResult> items, String below, List<String> clusters) {
    return Score.ratio(items.stream().map(i -> i.metrics().get("nats")).toList(), items.stream().map(i -> i.metrics().get(below)).toList(), clusters);
  }

  private static Score scaled(Score s, double by) {
    return new Score(s.mean() * by, s.standardError() * by, s.items(), s.clusters());
  }
}
