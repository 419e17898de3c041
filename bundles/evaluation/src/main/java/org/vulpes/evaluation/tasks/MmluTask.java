package org.vulpes.evaluation.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;

/** MMLU (Hendrycks et al. 2021): a CSV file a subject, {@code test/anatomy_test.csv} with examples in {@code dev/anatomy_dev.csv}. */
final class MmluTask {
  private static final String LETTERS = "MMLU (Hendrycks et al. 2021) as mmlu v2 of the harness, choices lettered in the question; *_test.csv and *_dev.csv";
  private static final String CLOZE = "MMLU as mmlu_continuation v1 of the harness, the choices' texts themselves; *_test.csv and *_dev.csv";
  private static final String WHERE = "/[a-z_]+_test\\.csv$";
  private static final String EXAMPLES = "/[a-z_]+_dev\\.csv$";

  private MmluTask() {}

  static Task letters() {
    return new QuestionTask("mmlu", LETTERS, "acc", List.of(WHERE), EXAMPLES, true, file -> questions(file, true),
        subject -> "The following are multiple choice questions (with answers) about " + subject.replace('_', ' ') + ".\n\n", true);
  }

  static Task cloze() {
    return new QuestionTask("mmlu-cloze", CLOZE, "acc", List.of(WHERE), EXAMPLES, true, file -> questions(file, false),
        subject -> "The following are questions (with answers) about " + subject.replace('_', ' ') + ".\n\n", true);
  }

  /** Published without a header and with the answer's letter; copies have a header and the answer's number. */
  private static List<Question> questions(DataFiles.Text file, boolean letters) {
    String subject = file.name().replaceFirst("_(test|dev)\\.csv$", "");
    var out = new ArrayList<Question>();
    int number = 0;
    for (List<String> row : CsvRows.of(new String(file.bytes(), java.nio.charset.StandardCharsets.UTF_8), file.place())) {
      number++;
      if (number == 1 && row.getFirst().equalsIgnoreCase("question")) continue;
      if (row.size() != 6) throw new InvalidInput(file.place() + ": row " + number + " has " + row.size() + " fields; it must have a question, four choices and the answer.");
      String answer = row.get(5).strip().toUpperCase(Locale.ROOT);
      int right = answer.length() == 1 ? "ABCD0123".indexOf(answer) % 4 : -1;
      if (right < 0) throw new InvalidInput(file.place() + ": row " + number + " has the answer '" + row.get(5) + "'; it must be A to D, or 0 to 3.");
      var plain = new Question(subject + "/" + out.size(), cluster(subject, row.getFirst(), out.size()), subject, (letters ? "" : "Question: ") + row.getFirst().strip() + (letters ? "" : "\nAnswer:"),
          row.subList(1, 5), right);
      out.add(letters ? ChoiceTasks.letters(plain) : plain);
    }
    return out;
  }

  /** History questions share passages: "This question refers to the following information." */
  private static String cluster(String subject, String question, int index) {
    int end = question.startsWith("This question refers to the following information.") ? question.lastIndexOf('\n') : -1;
    return end < 0 ? subject + "/" + index : subject + "/" + Integer.toHexString(question.substring(0, end).hashCode());
  }
}
