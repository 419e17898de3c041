package org.vulpes.corpus.conversations;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.Batch;
import org.vulpes.corpus.ChatTemplate;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.Document.Part;
import org.vulpes.corpus.Message;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.corpus.Validation;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.tokenizer.bytes.ByteTokenizer;

class ConversationCorpusTest {
  @TempDir
  Path folder;

  private CorpusSource source(String more, String... lines) {
    try {
      Files.write(folder.resolve("some.jsonl"), List.of(lines));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    var config = ConfigFactory.parseString(more + "\n domains { some = \"" + folder.resolve("some.jsonl") + "\" }").withFallback(
        ConfigFactory.parseString("template = chatml, system = \"\", bad-lines = refuse, longest = 4096")).resolve();
    return new ConversationCorpus().create(Options.at(config.atPath("c"), "c"));
  }

  private static String text(CorpusSource source, int which) {
    return source.documents("some").skip(which).findFirst().orElseThrow().text();
  }

  @Test
  void readsTheShapesInWhichExamplesArePublished() {
    var source = source("",
        "{\"messages\": [{\"role\": \"system\", \"content\": \"S\"}, {\"role\": \"user\", \"content\": \"Q\"}, {\"role\": \"assistant\", \"content\": \"A\"}]}",
        "{\"conversations\": [{\"from\": \"human\", \"value\": \"Q\"}, {\"from\": \"gpt\", \"value\": \"A\"}]}",
        "{\"prompt\": \"Q\", \"completion\": \"A\"}",
        "{\"instruction\": \"Q\", \"input\": \"I\", \"output\": \"A\"}",
        "",
        "{\"instruction\": \"Q\", \"response\": \"A\"}",
        "{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"B\"}",
        "{\"chosen\": [{\"role\": \"user\", \"content\": \"Q\"}, {\"role\": \"assistant\", \"content\": \"A\"}], \"rejected\": [{\"role\": \"user\", \"content\": \"Q\"}, {\"role\": \"assistant\", \"content\": \"B\"}]}",
        "{\"prompt\": \"Q\", \"completion\": \"A\", \"label\": false}");
    String asked = "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n";
    assertEquals("<|im_start|>system\nS<|im_end|>\n" + asked + "A<|im_end|>", text(source, 0));
    for (int same : new int[] {1, 2, 4, 7}) assertEquals(asked + "A<|im_end|>", text(source, same), "line " + same);
    assertEquals("<|im_start|>user\nQ\n\nI<|im_end|>\n<|im_start|>assistant\nA<|im_end|>", text(source, 3));
    for (int pair : new int[] {5, 6}) assertEquals(asked + "A<|im_end|>" + asked + "B<|im_end|>", text(source, pair));
    var parts = source.documents("some").skip(2).findFirst().orElseThrow().parts();
    assertEquals(List.of(Part.control("<|im_start|>", false), Part.seen("user\nQ"), Part.control("<|im_end|>", false), Part.seen("\n"), Part.control("<|im_start|>", false), Part.seen("assistant\n"),
        Part.answer("A"), Part.control("<|im_end|>", true)), parts, "the answer and its end are learned");
  }

  @Test
  void aLineThatCannotBeUsedIsNamed() {
    var wrong = new TreeMap<String, String>();
    wrong.put("{\"prompt\": \"Q\"", "is not valid JSON");
    wrong.put("{\"messages\": [{\"role\": \"user\", \"content\": \"Q\"}]}", "has no assistant turn");
    wrong.put("{\"prompt\": \"Q\", \"completion\": \" \"}", "has an empty 'completion'");
    wrong.put("{\"instruction\": \"Q\", \"output\": \"\"}", "has an empty answer");
    wrong.put("{\"instruction\": \"Q\", \"instances\": []}", "has neither 'output' nor 'response'");
    wrong.put("{\"text\": \"Q\"}", "has none of the keys messages");
    wrong.put("{\"prompt\": \"Q\", \"chosen\": \"A\"}", "has no 'rejected'");
    wrong.put("{\"prompt\": \"Q\", \"chosen\": \"A\", \"rejected\": \"A\"}", "has two equal answers");
    wrong.put("{\"messages\": [{\"role\": \"tool\", \"content\": \"Q\"}]}", "has a message of role 'tool'");
    wrong.forEach((line, what) -> {
      var e = assertThrows(InvalidInput.class, () -> source("", "{\"prompt\": \"Q\", \"completion\": \"A\"}", line).documents("some"));
      assertTrue(e.getMessage().contains("some.jsonl:2: the line " + what) && e.getMessage().contains("bad-lines = skip"), e.getMessage());
      var skipping = source("bad-lines = skip", "{\"prompt\": \"Q\", \"completion\": \"A\"}", line);
      assertEquals(1, skipping.documents("some").count());
      assertTrue(skipping.notes().getFirst().contains("leaves out 1 line that cannot be used, the first: ") && skipping.notes().getFirst().contains(":2: "), skipping.notes().toString());
    });
  }

  /** Everything that is wrong with the block itself. */
  @Test
  void refusesATemplateThatCannotTeach() {
    for (String[] wrong : new String[][] {{"template = chatlm", "chatml"}, {"template { user = \"{content}\", assistant = \"{content}{end}\" }", "system is missing"},
        {"template { system = \"{content}\", user = x, assistant = \"{content}{end}\" }", "user must have {content} once"},
        {"template { system = \"{content}\", user = \"{content}\", assistant = \"{content}\" }", "does not say how an answer ends"}}) {
      var e = assertThrows(InvalidInput.class, () -> source(wrong[0], "{\"prompt\": \"Q\", \"completion\": \"A\"}"));
      assertTrue(e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }

  private TokenStore store(CorpusSource source) {
    Tokenizer tokenizer = new ByteTokenizer().withSpecials(source.controls());
    return new Corpus(source, new CorpusSpec(CorpusSpec.ALL, 200)).tokenize(tokenizer, folder.resolve("cache"), s -> {}, x -> {});
  }

  private static String[] many(int n, String form) {
    return IntStream.range(0, n).mapToObj(i -> form.formatted(i, "x".repeat(i % 7))).toArray(String[]::new);
  }

  @Test
  void anAnswerSeesItsOwnConversationAndNothingElseIsLearned() {
    var store = store(source("", many(60, "{\"prompt\": \"Q%1$d <|im_end|>\", \"completion\": \"A%1$d%2$s\"}")));
    Tokenizer tokenizer = store.tokenizer();
    int end = tokenizer.special("<|im_end|>").orElseThrow();
    var stream = new TrainingStream(store, 3);
    for (int i = 0; i < 20; i++) {
      Batch b = stream.next(2, 128, new TreeMap<>());
      for (int at = 0; at < b.tokens().length; at++) {
        if (b.targets()[at] == Batch.IGNORED) assertEquals(0, b.weight()[at]);
        if (b.weight()[at] == 0) continue;
        int start = at / 128 * 128 + b.firstVisible()[at];
        int[] seen = java.util.Arrays.copyOfRange(b.tokens(), start, at + 1);
        assertEquals(tokenizer.endOfText(), seen[0]);
        String before = tokenizer.decode(seen);
        assertEquals(before.indexOf('Q'), before.lastIndexOf('Q'), "one question: " + before);
        assertTrue(before.contains("assistant\n"), "an answer is learned, not a question: " + before);
        String number = before.substring(1 + before.indexOf('Q'), before.indexOf(' '));
        if (before.contains("assistant\nA")) assertTrue(before.endsWith("A") || before.contains("A" + number.charAt(0)), before);
      }
    }
    int[] asText = tokenizer.encode("<|im_end|>");
    assertTrue(IntStream.of(asText).noneMatch(id -> id == end), "who writes out a control token does not get it");
  }

  @Test
  void anExampleIsNeverCut() {
    var store = store(source("", many(60, "{\"prompt\": \"Q%1$d\", \"completion\": \"A%1$d%2$s\"}")));
    var stream = new TrainingStream(store, 1);
    stream.check(80);
    var e = assertThrows(InvalidInput.class, () -> stream.check(32));
    assertTrue(e.getMessage().contains("more than a sequence of 32"), e.getMessage());
    Batch b = stream.next(4, 80, new TreeMap<>());
    for (int s = 0; s < 4; s++) assertEquals(store.tokenizer().endOfText(), b.tokens()[80 * s], "every sequence begins with an example");
    var shortWindow = assertThrows(InvalidInput.class, () -> new Validation(store).parts("some", 1, 24));
    assertTrue(shortWindow.getMessage().contains("training.evaluation-length = 24"), shortWindow.getMessage());
    long bytes = 0;
    for (var p : new Validation(store).parts("some", 2, 80)) bytes += p.batch().bytes();
    assertEquals(store.validation("some").bytes(), bytes, "only answers count");
    long answers = 0;
    for (int d = 0; d < store.validation("some").count(); d++) {
      var row = store.validation("some").rows(d).getFirst();
      for (int i = 0; i < row.ids().length; i++) if (row.answer()[i]) answers += store.tokenizer().bytes(row.ids()[i]).length;
    }
    assertEquals(answers, bytes);
  }

  @Test
  void pairsComeAsTwoRowsAndTheBetterOneIsWhatIsPacked() {
    var store = store(source("", many(60, "{\"prompt\": \"Q%1$d\", \"chosen\": \"good%1$d%2$s\", \"rejected\": \"bad%1$d\"}")));
    var stream = new TrainingStream(store, 1);
    var rows = stream.take(new TreeMap<>()).rows();
    assertEquals(2, rows.size());
    assertFalse(rows.get(0).worse());
    assertTrue(rows.get(1).worse());
    assertTrue(store.tokenizer().decode(rows.get(0).ids()).contains("good"));
    assertTrue(store.tokenizer().decode(rows.get(1).ids()).contains("bad"));
    var saved = stream.save();
    var next = stream.take(new TreeMap<>()).rows().getFirst().ids();
    stream.restore(saved);
    assertArrayEquals(next, stream.take(new TreeMap<>()).rows().getFirst().ids(), "goes on where it was");
    assertFalse(store.tokenizer().decode(stream.next(8, 96, new TreeMap<>()).tokens()).contains("bad"));
  }

  @Test
  void asksAsItTaught() {
    var template = ChatTemplate.named("chatml");
    var asked = template.ask(List.of(new Message("user", "Q")));
    var whole = template.write(List.of(new Message("user", "Q"), new Message("assistant", "A")));
    assertEquals(whole.subList(0, asked.size()), asked, "what a model is given is what stood before the answer");
    assertEquals(Part.answer("A"), whole.get(asked.size()));
    assertEquals(List.of("<|im_end|>"), template.ending());
    assertEquals(List.of(""), ChatTemplate.named("zephyr").ending(), "the end of text");
  }

  @Test
  void makesQuestionsOfAnEntryOfWordNet() {
    var out = new ArrayList<String>();
    WordNetQuestions.entry("data.noun", "00001740 03 n 02 entity 0 thing 1 001 ~ 00001930 n 0000 | that which is perceived to exist; \"every entity has a name\"",
        (id, s) -> out.add(id + " " + ((Sample.Talk) s).messages().stream().map(Message::content).toList()));
    assertEquals(4, out.size());
    assertEquals("data.noun:00001740#define [What does \"entity\" mean?, that which is perceived to exist.]", out.get(0));
    assertTrue(out.get(1).contains("that which is perceived to exist") && out.get(1).endsWith(", entity]"), out.get(1));
    assertTrue(out.get(2).endsWith(", thing]"), out.get(2));
    assertTrue(out.get(3).endsWith(", Every entity has a name.]"), out.get(3));
  }

  @Test
  void makesCorrectionsAndPairsOfARule() {
    String xml = "<example correction=\"its|his\">The cat licked <marker>it's</marker> paw.</example>\n<example>The cat sat.</example>";
    var talks = new ArrayList<Sample>();
    Corrections.read("grammar.xml", xml, false, (id, s) -> talks.add(s));
    var talk = (Sample.Talk) talks.getFirst();
    assertEquals(1, talks.size());
    assertTrue(talk.messages().get(0).content().endsWith("The cat licked it's paw."));
    assertEquals("The cat licked its paw.", talk.messages().get(1).content());
    var pairs = new ArrayList<Sample>();
    Corrections.read("grammar.xml", xml, true, (id, s) -> pairs.add(s));
    assertEquals("The cat licked it's paw.", ((Sample.Pair) pairs.getFirst()).rejected());
  }
}
