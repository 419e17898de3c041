package org.vulpes.reward.stock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class RewardsTest {
  private static double score(Reward r, Problem p, String text) {
    return r.score(List.of(new Sample(p, text, 5, true, 10)))[0];
  }

  @Test
  void exactAnswersMatchButForSpaces() {
    var r = new AnswerRewards.Exact().create(Options.of("case = true, ended = true"));
    Problem p = Problem.of("2+2=", "4 apples");
    assertEquals(1, score(r, p, " 4  apples\n"));
    assertEquals(0, score(r, p, "4 Apples"));
    assertEquals(1, score(new AnswerRewards.Exact().create(Options.of("case = false, ended = true")), p, "4 Apples"));
    assertEquals(0, r.score(List.of(new Sample(p, "4 apples", 10, false, 10)))[0]);
  }

  @Test
  void numbersCountBehindTheMark() {
    Problem p = Problem.of("q", "20 + 3 = 23\n#### 1,023");
    var strict = new AnswerRewards.Numeric().create(Options.of("mark = \"####\", last-number = false, tolerance = 0"));
    assertEquals(1, score(strict, p, "It is 5. #### 1023. And 7"));
    assertEquals(0, score(strict, p, "It is 1023."));
    assertEquals(0, score(strict, p, "#### none"));
    var last = new AnswerRewards.Numeric().create(Options.of("mark = \"####\", last-number = true, tolerance = 0.01"));
    assertEquals(1, score(last, p, "5 and then 1,020.5"));
    assertEquals(0, score(last, p, "1023 and then 5"));
    assertThrows(IllegalArgumentException.class, () -> score(strict, Problem.of("q", "none"), "#### 1"));
  }

  @Test
  void lengthIsFreeUpToItsTargetAndCostsMoreBehind() {
    var r = new AnswerRewards.Length().create(Options.of("target = 0.5"));
    assertEquals(0, r.score(List.of(new Sample(Problem.of("p", "a"), "", 5, true, 10)))[0]);
    assertEquals(-0.6, r.score(List.of(new Sample(Problem.of("p", "a"), "", 8, true, 10)))[0], 1e-12);
    assertEquals(-1, r.score(List.of(new Sample(Problem.of("p", "a"), "", 10, false, 10)))[0]);
  }

  @Test
  void formatsMatchAsAWhole() {
    var r = new AnswerRewards.Format().create(Options.of("pattern = \"<think>.*</think>.*\""));
    assertEquals(1, score(r, Problem.of("p", "a"), "<think>\nso\n</think> 4"));
    assertEquals(0, score(r, Problem.of("p", "a"), "well <think></think>"));
    assertTrue(assertThrows(InvalidInput.class, () -> new AnswerRewards.Format().create(Options.of("pattern = \"(\""))).getMessage().contains("is no regular expression"));
  }

  @Test
  void correctionsCountByTheWayThatIsLeft() {
    var r = new Correction().create(Options.of("wrong = wrong"));
    Problem p = new Problem("1", "Correct: He go.", "He goes.", "He goes.", Map.of("wrong", "He go."));
    assertEquals(1, score(r, p, "He goes."));
    assertEquals(0, score(r, p, "He go."));
    assertEquals(0.5, score(r, p, "He goe."));
    assertEquals(-1, score(r, p, "Something else altogether."));
    assertEquals(3, Correction.distance("kitten", "sitting"));
  }

  @Test
  void expressionsUseEachNumberOnce() {
    var r = new Expression().create(Options.of("legal = 0.1"));
    Problem p = new Problem("1", "3 7 25 -> 46: ", "46", "25+7*3", Map.of("numbers", List.of(3, 7, 25)));
    for (String good : List.of("25+7*3", "(3 * 7) + 25", "25+3*7")) assertEquals(1, score(r, p, good), good);
    for (String legal : List.of("3", "7-3", "25*7/3")) assertEquals(0.1, score(r, p, legal), legal);
    for (String bad : List.of("46", "25+7+7+7", "25+7*3)", "25+", "", "(".repeat(100_000), "3/(7-7)", "99999999999999999999")) assertEquals(0, score(r, p, bad), bad.length() > 20 ? "brackets" : bad);
  }

  @Test
  void instructionsAreChecked() {
    follows("keywords:existence", Map.of("keywords", List.of("fox", "den")), "The Fox has a den.", "A fox.");
    follows("keywords:forbidden_words", Map.of("forbidden_words", List.of("dog")), "dogma", "A dog.");
    follows("keywords:frequency", Map.of("keyword", "fox", "frequency", 2, "relation", "at least"), "fox fox", "fox");
    follows("keywords:letter_frequency", Map.of("letter", "e", "let_frequency", 2, "let_relation", "less than"), "the", "tree");
    follows("length_constraints:number_words", Map.of("num_words", 3, "relation", "at least"), "one two three", "one two");
    follows("length_constraints:number_sentences", Map.of("num_sentences", 2, "relation", "at least"), "One. Two!", "One only.");
    follows("length_constraints:number_paragraphs", Map.of("num_paragraphs", 2), "One.\n***\nTwo.", "One.");
    follows("length_constraints:nth_paragraph_first_word", Map.of("num_paragraphs", 2, "nth_paragraph", 2, "first_word", "Then"), "One.\n\nthen two.", "Then one.\n\nTwo.");
    follows("detectable_content:postscript", Map.of("postscript_marker", "P.S."), "Bye. P.S. again", "Bye.");
    follows("detectable_content:number_placeholders", Map.of("num_placeholders", 2), "[name] of [place]", "[name]");
    follows("detectable_format:number_bullet_lists", Map.of("num_bullets", 2), "* a\n* b", "* a\n* b\n* c");
    follows("detectable_format:constrained_response", Map.of(), "My answer is maybe.", "Maybe.");
    follows("detectable_format:number_highlighted_sections", Map.of("num_highlights", 2), "*a* and *b c*", "*a* and **");
    follows("detectable_format:multiple_sections", Map.of("section_spliter", "SECTION", "num_sections", 2), "SECTION 1 a SECTION 2 b", "SECTION 1");
    follows("detectable_format:json_format", Map.of(), "```json\n{\"a\": 1}\n```", "{a");
    follows("detectable_format:title", Map.of(), "<<A title>>\ntext", "<< >>");
    follows("combination:two_responses", Map.of(), "one\n******\ntwo", "one\n******\none");
    follows("combination:repeat_prompt", Map.of("prompt_to_repeat", "Say it"), "say it. There.", "There.");
    follows("startend:end_checker", Map.of("end_phrase", "The end."), "So. The end.", "The end. So");
    follows("startend:quotation", Map.of(), "\"all\"", "\"all");
    follows("change_case:capital_word_frequency", Map.of("capital_frequency", 2, "capital_relation", "less than"), "ONE two", "ONE TWO");
    follows("change_case:english_capital", Map.of(), "LOUD 1", "Loud");
    follows("change_case:english_lowercase", Map.of(), "soft 1", "Soft");
    follows("punctuation:no_comma", Map.of(), "none", "one, two");
    assertThrows(IllegalArgumentException.class, () -> Instruction.follows("language:response_language", Map.of("language", "de"), "x"));
    assertThrows(IllegalArgumentException.class, () -> Instruction.follows("keywords:existence", Map.of(), "x"));
  }

  private static void follows(String id, Map<String, Object> arguments, String good, String bad) {
    assertTrue(Instruction.follows(id, arguments, good), id + ": " + good);
    assertTrue(!Instruction.follows(id, arguments, bad), id + ": " + bad);
  }

  @Test
  void theShareOfInstructionsThatIsFollowedCounts() {
    Problem p = new Problem("1", "p", "", "", Map.of("instruction_id_list", List.of("punctuation:no_comma", "startend:quotation"), "kwargs", List.of(Map.of(), Map.of())));
    assertEquals(0.5, score(new Constraints().create(Options.of("all = false")), p, "plain"));
    assertEquals(0, score(new Constraints().create(Options.of("all = true")), p, "plain"));
    assertEquals(1, score(new Constraints().create(Options.of("all = true")), p, "\"plain\""));
    assertEquals(0, score(new Constraints().create(Options.of("all = false")), p, " "));
  }

  /** A reward such as a user would write. */
  public static final class Vowels implements Reward {
    @Override
    public double[] score(List<Sample> samples) {
      return samples.stream().mapToDouble(s -> s.text().replaceAll("[^aeiou]", "").length()).toArray();
    }
  }

  @Test
  void aClassOfOnesOwnIsFoundByItsName() {
    String name = Vowels.class.getName();
    assertEquals(2, score(new OwnClass().create(Options.of("name = \"" + name + "\", path = []")), Problem.of("p", "a"), "tree"));
    assertTrue(assertThrows(InvalidInput.class, () -> new OwnClass().create(Options.of("name = no.Such, path = []"))).getMessage().contains("= no.Such is not in []"));
    assertTrue(assertThrows(InvalidInput.class, () -> new OwnClass().create(Options.of("name = java.lang.String, path = []"))).getMessage().contains("does not implement"));
    assertTrue(assertThrows(InvalidInput.class, () -> new OwnClass().create(Options.of("name = x, path = [\"/no/such.jar\"]"))).getMessage().contains("which is not there"));
  }
}
