package org.vulpes.evaluation.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.vulpes.evaluation.Task;
import org.vulpes.evaluation.tasks.DataFiles.Line;
import org.vulpes.evaluation.tasks.DataFiles.Text;
import org.vulpes.slot.InvalidInput;

/** Tasks of one question with its choices a line, in the wording of lm-evaluation-harness. */
final class ChoiceTasks {
  private ChoiceTasks() {}

  static List<Task> all() {
    return List.of(
        task("hellaswag", "HellaSwag (Zellers et al. 2019) as hellaswag v1 of the harness; hellaswag_val.jsonl, or six lines an item in hellaswag_val_full.txt", "acc_norm",
            List.of("hellaswag_val[^/]*\\.jsonl", "hellaswag[^/]*/[^/]*val[^/]*\\.jsonl", "hellaswag_val[^/]*\\.txt(\\.gz)?$"), "hellaswag_train[^/]*\\.jsonl", ChoiceTasks::hellaSwag),
        arc("easy"), arc("challenge"),
        task("arc-challenge-letters", "ARC's challenge set with lettered choices in the question (Clark et al. 2018); ARC-Challenge-Test.jsonl", "acc",
            List.of("arc[-_]challenge[-_]test[^/]*\\.jsonl"), "arc[-_]challenge[-_]train[^/]*\\.jsonl", json((line, id) -> letters(arc(line, id)))),
        task("piqa", "PIQA (Bisk et al. 2020) as piqa v1; valid.jsonl beside valid-labels.lst in a folder piqa, or lines with a field label", "acc_norm",
            List.of("piqa[^/]*/(.*/)?valid[^/]*\\.jsonl"), "piqa[^/]*/(.*/)?train[^/]*\\.jsonl", ChoiceTasks::piqa),
        task("openbookqa", "OpenBookQA (Mihaylov et al. 2018) as openbookqa v1; test.jsonl of the main set in a folder OpenBookQA…", "acc_norm",
            List.of("openbookqa[^/]*/(.*/)?main/test\\.jsonl", "openbookqa[^/]*/(.*/)?test[^/]*\\.jsonl"), "openbookqa[^/]*/(.*/)?main/train\\.jsonl", json(ChoiceTasks::openBook)),
        task("boolq", "BoolQ (Clark et al. 2019) as boolq v2; dev.jsonl or val.jsonl in a folder boolq", "acc",
            List.of("boolq[^/]*/(.*/)?(dev|val)[^/]*\\.jsonl"), "boolq[^/]*/(.*/)?train[^/]*\\.jsonl", json(ChoiceTasks::boolQ)));
  }

  private static Task task(String name, String definition, String headline, List<String> tested, String examples, Function<Text, List<Question>> reader) {
    return new QuestionTask(name, definition, headline, tested, examples, false, reader, group -> "", false);
  }

  private static Task arc(String set) {
    return task("arc-" + set, "ARC's " + set + " set (Clark et al. 2018) as arc_" + set + " v1; ARC-" + Character.toUpperCase(set.charAt(0)) + set.substring(1) + "-Test.jsonl", "acc_norm",
        List.of("arc[-_]" + set + "[-_]test[^/]*\\.jsonl"), "arc[-_]" + set + "[-_]train[^/]*\\.jsonl", json(ChoiceTasks::arc));
  }

  private static Function<Text, List<Question>> json(BiFunction<Line, String, Question> question) {
    return file -> {
      var out = new ArrayList<Question>();
      int number = 0;
      for (Line line : file.json()) out.add(question.apply(line, Integer.toString(number++)));
      return out;
    };
  }

  /** The same question with its choices in the text and their letters to choose from. */
  static Question letters(Question q) {
    var letters = new ArrayList<String>();
    for (int i = 0; i < q.choices().size(); i++) letters.add(String.valueOf((char) ('A' + i)));
    String asked = q.text().endsWith("\nAnswer:") ? q.text().substring(0, q.text().length() - "Answer:".length()) : q.text() + "\n";
    return new Question(q.id(), q.cluster(), q.group(), asked + Question.lettered(q.choices()) + "Answer:", letters, q.answer());
  }

  private static List<Question> hellaSwag(Text file) {
    var out = new ArrayList<Question>();
    if (file.name().endsWith(".jsonl")) {
      for (Line line : file.json()) {
        String context = line.text("ctx_a") + " " + capitalised(line.text("ctx_b"));
        var endings = texts(line.need("endings")).stream().map(ChoiceTasks::withoutArtifacts).toList();
        String id = Integer.toString(out.size());
        // Several items are cut from one article or video.
        String source = line.node().path("source_id").asText("");
        out.add(new Question(id, source.isEmpty() ? id : source, "", withoutArtifacts(line.text("activity_label") + ": " + context), endings, line.need("label").asInt()));
      }
      return out;
    }
    List<String> lines = file.lines();
    for (int i = 0; i + 6 <= lines.size(); i += 6) {
      if (!lines.get(i + 1).strip().matches("[0-3]")) {
        throw new InvalidInput(file.place() + ":" + (i + 2) + ": must be the right ending, 0 to 3, but is '" + lines.get(i + 1) + "'.");
      }
      String id = Integer.toString(i / 6);
      out.add(new Question(id, id, "", lines.get(i).strip(), lines.subList(i + 2, i + 6).stream().map(String::strip).toList(), Integer.parseInt(lines.get(i + 1).strip())));
    }
    return out;
  }

  /** Brackets are left from WikiHow's markup. */
  private static String withoutArtifacts(String text) {
    return text.strip().replace(" [title]", ". ").replaceAll("\\[.*?\\]", "").replace("  ", " ");
  }

  /** The first letter large and all others small, as in Python. */
  private static String capitalised(String text) {
    return text.isEmpty() ? text : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static Question arc(Line line, String id) {
    var texts = new ArrayList<String>();
    var labels = new ArrayList<String>();
    boolean published = line.need("question").isObject();
    JsonNode choices = line.need(published ? "question.choices" : "choices");
    if (choices.isArray()) {
      for (JsonNode c : choices) {
        texts.add(c.path("text").asText());
        labels.add(c.path("label").asText());
      }
    } else {
      texts.addAll(texts(choices.path("text")));
      labels.addAll(texts(choices.path("label")));
    }
    String stem = published ? line.text("question.stem") : line.text("question");
    return new Question(id, id, "", "Question: " + stem + "\nAnswer:", texts, Question.index(labels, line.text("answerKey"), line));
  }

  private static Question openBook(Line line, String id) {
    Question q = line.node().has("question_stem") ? new Question(id, id, "", line.text("question_stem"), texts(line.need("choices.text")),
        Question.index(texts(line.need("choices.label")), line.text("answerKey"), line)) : arc(line, id);
    String text = q.text().startsWith("Question: ") ? q.text().substring("Question: ".length(), q.text().length() - "\nAnswer:".length()) : q.text();
    return new Question(id, id, "", text, q.choices(), q.answer());
  }

  /** Published with the answers in a file beside: valid-labels.lst. */
  private static List<Question> piqa(Text file) {
    var lines = file.json();
    List<String> labels = null;
    if (!lines.isEmpty() && !lines.getFirst().node().has("label")) {
      Path beside = Path.of(file.place().replaceFirst("\\.jsonl$", "-labels.lst"));
      try {
        labels = Files.readAllLines(beside);
      } catch (IOException e) {
        throw new InvalidInput(file.place() + " has no field 'label', and the answers are not beside it in " + beside + "; both files belong together.", e);
      }
      if (labels.size() < lines.size()) throw new InvalidInput(beside + " has " + labels.size() + " answers for the " + lines.size() + " questions of " + file.place() + ".");
    }
    var out = new ArrayList<Question>();
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      int answer = labels == null ? line.need("label").asInt() : Integer.parseInt(labels.get(i).strip());
      out.add(new Question(Integer.toString(i), Integer.toString(i), "", "Question: " + line.text("goal") + "\nAnswer:", List.of(line.text("sol1"), line.text("sol2")), answer));
    }
    return out;
  }

  /** Questions about one passage belong together. */
  private static Question boolQ(Line line, String id) {
    JsonNode answer = line.node().has("label") ? line.need("label") : line.need("answer");
    String passage = line.text("passage");
    return new Question(id, Integer.toHexString(passage.hashCode()), "", passage + "\nQuestion: " + line.text("question") + "?\nAnswer:", List.of("no", "yes"),
        answer.isBoolean() ? (answer.asBoolean() ? 1 : 0) : answer.asInt());
  }

  static List<String> texts(JsonNode list) {
    var out = new ArrayList<String>();
    list.forEach(n -> out.add(n.asText()));
    return out;
  }
}
