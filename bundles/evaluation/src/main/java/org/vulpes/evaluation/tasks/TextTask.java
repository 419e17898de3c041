package org.vulpes.evaluation.tasks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;

/** Plain text, every token predicted: bits per byte and perplexities by domain. A domain is a folder below the user's, or a file directly in it. */
final class TextTask implements Task {
  @Override
  public String name() {
    return "text";
  }

  @Override
  public String definition() {
    return "text by domain, rolling log-likelihood as in the harness' wikitext (blocks of the context's length); .txt, .md, and .jsonl with a field text, a document a file or line";
  }

  @Override
  public String headline() {
    return "bits_per_byte";
  }

  @Override
  public List<Item> items(Path data, int shots) {
    if (data == null) throw new InvalidInput("Task text needs --data FOLDER with text files.");
    if (shots > 0) throw new InvalidInput("Task text is defined without solved examples; leave --shots at 0.");
    var items = new ArrayList<Item>();
    for (var file : DataFiles.all(data, "\\.(txt|md|jsonl)(\\.gz)?$")) {
      Path inside = data.toAbsolutePath().normalize().relativize(Path.of(file.place().replaceFirst("!/.*", "")).toAbsolutePath().normalize());
      String domain = inside.getNameCount() > 1 ? inside.getName(0).toString() : file.name().replaceFirst("\\..*", "");
      if (file.name().contains(".jsonl")) {
        for (var line : file.json()) add(items, file.name() + "/" + items.size(), domain, line.text("text"));
      } else if (!file.name().equals("SOURCE.txt")) {
        add(items, inside.toString(), domain, new String(file.bytes(), StandardCharsets.UTF_8));
      }
    }
    if (items.isEmpty()) throw new InvalidInput("There is no text below " + data + ": " + definition() + ".");
    return items;
  }

  private static void add(List<Item> items, String id, String domain, String text) {
    if (!text.isBlank()) items.add(new Item.Passage(id, id, domain, text));
  }
}
