package org.vulpes.evaluation.tasks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.evaluation.Item;
import org.vulpes.slot.InvalidInput;

/** Each task's published layout, and the text that the harness would put. */
class TasksTest {
  @TempDir Path data;

  private Item.Choice first(String task, int shots) {
    return (Item.Choice) Tasks.named(task).items(data, shots).getFirst();
  }

  private void file(String name, String... lines) throws IOException {
    Path f = data.resolve(name);
    Files.createDirectories(f.getParent());
    Files.write(f, List.of(lines));
  }

  private static void asks(Item.Choice item, String context, List<String> continuations, int right) {
    item.options().forEach(o -> assertEquals(context, o.context()));
    assertEquals(continuations, item.options().stream().map(Item.Option::continuation).toList());
    assertEquals(List.of(right), item.right());
  }

  @Test
  void hellaSwagIsCleanedOfItsMarkup() throws IOException {
    file("hellaswag_val.jsonl", "{\"ind\": 24, \"activity_label\": \"Roof removal\", \"ctx_a\": \"A man [header] sits. [title] Up.\", \"ctx_b\": \"He And she\", \"endings\": [\" a [step] b\", \"b\", \"c\", \"d\"], \"label\": \"2\", \"source_id\": \"s~1\"}");
    asks(first("hellaswag", 0), "Roof removal: A man sits.. Up. He and she", List.of(" a b", " b", " c", " d"), 2);
    assertEquals("s~1", first("hellaswag", 0).cluster());
    Files.delete(data.resolve("hellaswag_val.jsonl"));
    file("hellaswag_val_full.txt", "Roof: A man. he", "3", "a", "b", "c", "d");
    asks(first("hellaswag", 0), "Roof: A man. he", List.of(" a", " b", " c", " d"), 3);
    file("hellaswag_val_full.txt", "Roof: A man. he", "x", "a", "b", "c", "d");
    assertTrue(assertThrows(InvalidInput.class, () -> first("hellaswag", 0)).getMessage().contains("full.txt:2: must be the right ending"));
  }

  @Test
  void arcAndOpenBookKeepTheirLabels() throws IOException {
    file("ARC-Challenge/ARC-Challenge-Test.jsonl", "{\"id\":\"x\",\"question\":{\"stem\":\"Why?\",\"choices\":[{\"text\":\"one\",\"label\":\"1\"},{\"text\":\"two\",\"label\":\"2\"}]},\"answerKey\":\"2\"}");
    asks(first("arc-challenge", 0), "Question: Why?\nAnswer:", List.of(" one", " two"), 1);
    asks(first("arc-challenge-letters", 0), "Question: Why?\nA. one\nB. two\nAnswer:", List.of(" A", " B"), 1);
    file("OpenBookQA-V1/Data/Main/test.jsonl", "{\"id\":\"7\",\"question\":{\"stem\":\"The sun\",\"choices\":[{\"text\":\"shines\",\"label\":\"A\"},{\"text\":\"sinks\",\"label\":\"B\"}]},\"answerKey\":\"A\"}");
    asks(first("openbookqa", 0), "The sun", List.of(" shines", " sinks"), 0);
    file("ARC-Challenge/ARC-Challenge-Test.jsonl", "{\"id\":\"x\",\"question\":{\"stem\":\"Why?\",\"choices\":[]},\"answerKey\":\"2\"}");
    assertTrue(assertThrows(InvalidInput.class, () -> first("arc-challenge", 0)).getMessage().contains("Test.jsonl:1: the answer '2'"));
  }

  @Test
  void mmluTakesBothLayoutsAndTheFirstExamplesOfItsSubject() throws IOException {
    file("test/high_school_biology_test.csv", "\"What, exactly,\nis \"\"it\"\"?\",w,x,y,z,C");
    file("dev/high_school_biology_dev.csv", "question,choice0,choice1,choice2,choice3,answer", "First?,a,b,c,d,0", "Second?,e,f,g,h,3");
    String intro = "The following are multiple choice questions (with answers) about high school biology.\n\n";
    String asked = "What, exactly,\nis \"it\"?\nA. w\nB. x\nC. y\nD. z\nAnswer:";
    asks(first("mmlu", 0), intro + asked, List.of(" A", " B", " C", " D"), 2);
    asks(first("mmlu", 1), intro + "First?\nA. a\nB. b\nC. c\nD. d\nAnswer: A\n\n" + asked, List.of(" A", " B", " C", " D"), 2);
    asks(first("mmlu-cloze", 0), "The following are questions (with answers) about high school biology.\n\nQuestion: What, exactly,\nis \"it\"?\nAnswer:", List.of(" w", " x", " y", " z"), 2);
    assertTrue(assertThrows(InvalidInput.class, () -> first("mmlu", 3)).getMessage().contains("has 2 solved examples"));
    file("test/high_school_biology_test.csv", "Short?,a,b");
    assertTrue(assertThrows(InvalidInput.class, () -> first("mmlu", 0)).getMessage().contains("row 1 has 3 fields"));
  }

  @Test
  void choicesMayStandInTheContextOrAlone() throws IOException {
    file("winogrande_1.1/dev.jsonl", "{\"qID\": \"3K-1\", \"sentence\": \"Ann beat Sue because _ was strong.\", \"option1\": \"Ann\", \"option2\": \"Sue\", \"answer\": \"1\"}");
    var w = first("winogrande", 0);
    assertEquals(List.of("Ann beat Sue because Ann", "Ann beat Sue because Sue"), w.options().stream().map(Item.Option::context).toList());
    assertEquals(List.of(" was strong.", " was strong."), w.options().stream().map(Item.Option::continuation).toList());
    file("blimp/data/causative.jsonl", "{\"sentence_good\": \"It breaks.\", \"sentence_bad\": \"It appears it.\", \"UID\": \"causative\", \"pairID\": \"0\"}");
    asks(first("blimp", 0), "", List.of(" It breaks.", " It appears it."), 0);
    assertEquals("causative", first("blimp", 0).group());
  }

  @Test
  void truthfulQaAsksForOneOrForTheMassOfAll() throws IOException {
    file("truthfulqa/mc_task.json", "[{\"question\": \"Why?\", \"mc1_targets\": {\"no\": 0, \"yes\": 1}, \"mc2_targets\": {\"yes\": 1, \"no\": 0, \"also\": 1}}]");
    var one = first("truthfulqa-mc1", 0);
    assertTrue(one.options().getFirst().context().endsWith("Barcelona, Spain.\n\nQ: Why?\nA:"));
    assertEquals(List.of(1), one.right());
    assertEquals(List.of(0, 2), first("truthfulqa-mc2", 0).right());
    assertTrue(first("truthfulqa-mc2", 0).mass());
  }

  @Test
  void piqaFindsItsAnswersBesideAndBoolQItsPassages() throws IOException {
    file("piqa/valid.jsonl", "{\"goal\": \"Boil\", \"sol1\": \"heat\", \"sol2\": \"cool\"}");
    assertTrue(assertThrows(InvalidInput.class, () -> first("piqa", 0)).getMessage().contains("valid-labels.lst"));
    file("piqa/valid-labels.lst", "0");
    asks(first("piqa", 0), "Question: Boil\nAnswer:", List.of(" heat", " cool"), 0);
    file("BoolQ/dev.jsonl", "{\"question\": \"is it\", \"passage\": \"It is.\", \"answer\": true}", "{\"question\": \"was it\", \"passage\": \"It is.\", \"answer\": false}");
    asks(first("boolq", 0), "It is.\nQuestion: is it?\nAnswer:", List.of(" no", " yes"), 1);
    var both = Tasks.named("boolq").items(data, 0);
    assertEquals(both.get(0).cluster(), both.get(1).cluster());
  }

  @Test
  void gsm8kMarksTheNumberBehindTheMarkAndTheLastOne() throws IOException {
    file("gsm8k/test.jsonl", "{\"question\": \"How many?\", \"answer\": \"1,000+234 = <<1000+234=1234>>1234\\n#### 1,234\"}");
    var item = (Item.Writing) Tasks.named("gsm8k").items(data, 0).getFirst();
    assertEquals("Question: How many?\nAnswer:", item.prompt());
    assertEquals(Map.of("exact_match strict", 1.0, "exact_match flexible", 1.0), item.marks().apply(" So it is 1234.\n#### 1234"));
    assertEquals(Map.of("exact_match strict", 0.0, "exact_match flexible", 1.0), item.marks().apply(" So it is $1,234."));
    assertEquals(Map.of("exact_match strict", 1.0, "exact_match flexible", 0.0), item.marks().apply("#### 1234 of 5"));
    assertEquals(Map.of("exact_match strict", 0.0, "exact_match flexible", 0.0), item.marks().apply("no idea"));
  }

  @Test
  void textIsReadByDomain() throws IOException {
    file("books/a.txt", "Once.");
    file("web.jsonl", "{\"text\": \"One.\"}", "{\"text\": \"Two.\"}");
    var items = Tasks.named("text").items(data, 0);
    assertEquals(List.of("books", "web", "web"), items.stream().map(Item::group).toList());
  }

  @Test
  void whatIsMissingIsSaid() throws IOException {
    assertTrue(assertThrows(InvalidInput.class, () -> Tasks.named("hellaswag").items(data, 0)).getMessage().contains("There are no files of hellaswag below"));
    assertTrue(assertThrows(InvalidInput.class, () -> Tasks.named("hellaswag").items(null, 0)).getMessage().contains("needs --data FOLDER"));
    assertTrue(assertThrows(InvalidInput.class, () -> Tasks.named("helaswag")).getMessage().contains("did you mean 'hellaswag'?"));
    file("blimp/x.jsonl", "{\"sentence_good\": \"a\"}");
    assertTrue(assertThrows(InvalidInput.class, () -> first("blimp", 0)).getMessage().contains("x.jsonl:1: has no field 'UID'"));
    file("blimp/x.jsonl", "{\"sentence_good\": ");
    assertTrue(assertThrows(InvalidInput.class, () -> first("blimp", 0)).getMessage().contains("x.jsonl:1: is not JSON"));
    assertThrows(InvalidInput.class, () -> first("blimp", 2));
  }
}
