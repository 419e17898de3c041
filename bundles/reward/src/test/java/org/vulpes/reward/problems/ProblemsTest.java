package org.vulpes.reward.problems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Sample;
import org.vulpes.reward.stock.Expression;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

class ProblemsTest {
  @TempDir Path folder;

  private static Options options(String use, String more) {
    var defaults = ConfigFactory.parseResourcesAnySyntax(ProblemsTest.class.getClassLoader(), "reference.conf").getConfig("problems." + use);
    return Options.at(ConfigFactory.parseString(more).withFallback(defaults).atPath("problems." + use), "problems." + use);
  }

  private static Problems problems(String use, String more) {
    Plugin<Problems> plugin = switch (use) {
      case "arithmetic" -> new Arithmetic();
      case "sequences" -> new Sequences();
      case "countdown" -> new Countdown();
      case "stories" -> new Stories();
      default -> new FileProblems();
    };
    return plugin.create(options(use, more));
  }

  @ParameterizedTest
  @ValueSource(strings = {"arithmetic", "sequences", "countdown", "stories"})
  void whatIsHeldOutIsNeverTaughtAndBothAreAlwaysTheSame(String use) {
    Problems one = problems(use, "held-out = 50"), other = problems(use, "held-out = 50, seed = 9"), again = problems(use, "held-out = 50");
    var held = new HashSet<String>();
    for (int i = 0; i < one.heldOut(); i++) held.add(one.heldOut(i).prompt());
    assertEquals(one.heldOut(), held.size());
    assertEquals(50, held.size());
    int different = 0;
    for (int i = 0; i < 2000; i++) {
      assertFalse(held.contains(one.training(i).prompt()));
      assertFalse(held.contains(other.training(i).prompt()));
      assertEquals(one.training(i), again.training(i));
      if (!one.training(i).prompt().equals(other.training(i).prompt())) different++;
    }
    assertTrue(different > 1000, different + " of 2000 differ with another seed");
    assertEquals(one.heldOut(7), again.heldOut(7));
  }

  @Test
  void sumsAreRight() {
    Problems p = problems("arithmetic", "operations = [\"+\", \"-\"], terms = 3, digits = 3, reversed = true");
    for (int i = 0; i < 200; i++) {
      Problem problem = p.training(i);
      long value = 0;
      for (String term : problem.prompt().replace("=", "").split("(?=[+-])")) value += Long.parseLong(term);
      assertEquals(Long.toString(value), new StringBuilder(problem.answer()).reverse().toString(), problem.prompt());
    }
    assertThrows(InvalidInput.class, () -> problems("arithmetic", "operations = [\"+\", \"*\"], terms = 3"));
    assertThrows(InvalidInput.class, () -> problems("arithmetic", "operations = [\"/\"]"));
    assertThrows(InvalidInput.class, () -> problems("arithmetic", "least-digits = 3"));
  }

  @Test
  void listsAreWorkedOnAsTheirKindSays() {
    Problems p = problems("sequences", "kinds = [largest, smallest, sort, copy, reverse]");
    for (int i = 0; i < 200; i++) {
      Problem problem = p.training(i);
      String[] words = problem.prompt().replace(" = ", "").split(" ");
      List<Integer> list = Arrays.stream(words).skip(1).map(Integer::valueOf).toList(), answer = Arrays.stream(problem.answer().split(" ")).map(Integer::valueOf).toList();
      switch (words[0]) {
        case "largest" -> assertTrue(answer.size() == 1 && list.stream().allMatch(x -> x <= answer.getFirst()) && list.contains(answer.getFirst()));
        case "smallest" -> assertTrue(answer.size() == 1 && list.stream().allMatch(x -> x >= answer.getFirst()) && list.contains(answer.getFirst()));
        case "sort" -> assertEquals(list.stream().sorted().toList(), answer);
        case "reverse" -> assertEquals(list.reversed(), answer);
        default -> assertEquals(list, answer);
      }
    }
  }

  @Test
  void everyCountdownHasItsSolution() {
    Problems p = problems("countdown", "numbers = 4");
    var reward = new Expression().create(Options.of("legal = 0"));
    for (int i = 0; i < 200; i++) {
      Problem problem = p.training(i);
      assertEquals(1, reward.score(List.of(new Sample(problem, problem.solution(), 1, true, 1)))[0], problem.toString());
    }
  }

  @Test
  void storiesAreAnsweredByWhatTheyTell() {
    Problems p = problems("stories", "people = 4, things = 3, sentences = 12");
    for (int i = 0; i < 300; i++) {
      Problem problem = p.training(i);
      Map<String, String> at = new HashMap<>(), holder = new HashMap<>(), lying = new HashMap<>();
      String[] sentences = problem.prompt().split("(?<=[.?]) ");
      for (String s : Arrays.copyOf(sentences, sentences.length - 1)) {
        String[] w = s.replace(".", "").split(" ");
        String last = w[w.length - 1];
        switch (w[1]) {
          case "went" -> at.put(w[0], last);
          case "took" -> {
            lying.remove(last);
            holder.put(last, w[0]);
          }
          default -> {
            holder.remove(last);
            lying.put(last, at.get(w[0]));
          }
        }
      }
      String asked = sentences[sentences.length - 1].replace("?", "").strip(), what = asked.substring(asked.lastIndexOf(' ') + 1);
      String answer = asked.contains("the ") ? holder.containsKey(what) ? at.get(holder.get(what)) : lying.get(what) : at.get(what);
      assertEquals(answer, problem.answer(), problem.prompt());
    }
  }

  @Test
  void filesGiveEveryProblemOnceARoundAndSayWhatIsWrong() throws Exception {
    var lines = new StringBuilder();
    for (int i = 0; i < 40; i++) lines.append("{\"question\": \"q").append(i).append("\", \"answer\": \"a#### ").append(i).append("\"}\n");
    Path file = Files.writeString(folder.resolve("p.jsonl"), lines);
    Problems p = problems("files", "training = \"" + file + "\", prompt = \"Question: {question}\\nAnswer:\", answer = \" {answer}\", held-out-share = 0.3");
    int n = 40 - p.heldOut();
    assertTrue(n > 10 && n < 40);
    var seen = new HashSet<String>();
    for (int i = 0; i < n; i++) seen.add(p.training(i).prompt());
    assertEquals(n, seen.size());
    var second = new HashSet<String>();
    boolean otherOrder = false;
    for (int i = 0; i < n; i++) {
      second.add(p.training(n + i).prompt());
      otherOrder |= !p.training(n + i).equals(p.training(i));
    }
    assertEquals(seen, second);
    assertTrue(otherOrder);
    assertTrue(p.training(0).prompt().startsWith("Question: q"));
    Files.writeString(file, "{\"question\": \"q\"}\n{oops");
    assertTrue(assertThrows(InvalidInput.class, () -> problems("files", "training = \"" + file + "\", prompt = \"{question}\"")).getMessage().contains("p.jsonl:1: has no field 'answer'"));
    assertTrue(assertThrows(InvalidInput.class, () -> problems("files", "training = \"" + file + "\", prompt = \"{question}\", answer = x")).getMessage().contains("p.jsonl:2: is not an object"));
    assertTrue(assertThrows(InvalidInput.class, () -> problems("files", "")).getMessage().contains("problems.files.training is missing"));
  }
}
