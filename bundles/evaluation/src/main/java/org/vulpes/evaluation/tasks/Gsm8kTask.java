package org.vulpes.evaluation.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

/** Word problems whose answer stands behind {@code ####} (Cobbe et al. 2021). */
final class Gsm8kTask implements Task {
  /** The harness' two ways to find the answer in a text: behind the mark, or the last number. */
  private static final Pattern STRICT = Pattern.compile("#### (\\-?[0-9\\.\\,]+)");
  private static final Pattern NUMBER = Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)");
  private static final int TOKENS = 256;

  @Override
  public String name() {
    return "gsm8k";
  }

  @Override
  public String definition() {
    return "GSM8K (Cobbe et al. 2021) as gsm8k v3 of the harness, exact_match by strict-match and by flexible-extract; test.jsonl and train.jsonl in a folder gsm8k";
  }

  @Override
  public String headline() {
    return "exact_match strict";
  }

  private record Problem(String question, String answer) {}

  @Override
  public List<Item> items(Path data, int shots) {
    if (data == null) throw new InvalidInput("Task gsm8k needs --data FOLDER with its files: " + definition() + ".");
    var problems = problems(data, "gsm8k[^/]*/(.*/)?test[^/]*\\.jsonl");
    var solved = shots == 0 ? List.<Problem>of() : problems(data, "gsm8k[^/]*/(.*/)?train[^/]*\\.jsonl");
    if (solved.size() < shots) throw new InvalidInput("Task gsm8k has " + solved.size() + " solved examples, fewer than --shots " + shots + ".");
    var items = new ArrayList<Item>();
    for (Problem p : problems) {
      String id = Integer.toString(items.size()), right = plain(p.answer());
      items.add(new Item.Writing(id, id, "", examples(solved, shots, id) + "Question: " + p.question() + "\nAnswer:", List.of("Question:", "</s>", "<|im_end|>"), TOKENS,
          text -> Map.of("exact_match strict", mark(strict(text), right), "exact_match flexible", mark(flexible(text), right))));
    }
    return items;
  }

  private static List<Problem> problems(Path data, String pattern) {
    var files = DataFiles.all(data, pattern);
    if (files.isEmpty()) throw new InvalidInput("There are no files of gsm8k below " + data + " (looked for " + pattern + ").");
    return files.getFirst().json().stream().map(line -> new Problem(line.text("question"), line.text("answer"))).toList();
  }

  private static String examples(List<Problem> solved, int shots, String id) {
    var random = Random64.of(1234, "shots", id);
    var drawn = new LinkedHashSet<Integer>();
    for (int i = 0; drawn.size() < shots; i++) drawn.add((int) random.below(i, solved.size()));
    var out = new StringBuilder();
    for (int i : drawn) out.append("Question: ").append(solved.get(i).question()).append("\nAnswer: ").append(solved.get(i).answer()).append("\n\n");
    return out.toString();
  }

  private static double mark(String found, String right) {
    return plain(found).equals(right) ? 1 : 0;
  }

  static String strict(String text) {
    var m = STRICT.matcher(text);
    return m.find() ? m.group(1) : "[invalid]";
  }

  static String flexible(String text) {
    var m = NUMBER.matcher(text);
    String last = "[invalid]";
    while (m.find()) last = m.group().strip();
    return last;
  }

  /** Without what the harness ignores: thousands' commas, dollar signs, everything up to the mark, a full stop at the end. */
  private static String plain(String answer) {
    return answer.replace(",", "").replace("$", "").replaceFirst("(?s).*#### ", "").replaceFirst("\\.$", "").toLowerCase(Locale.ROOT);
  }
}
