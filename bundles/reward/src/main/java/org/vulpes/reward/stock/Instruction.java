package org.vulpes.reward.stock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instructions of IFEval by their published names, but for {@code language:response_language}, which needs a model of languages. */
final class Instruction {
  private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?]+[\"')\\]]*(\\s+|$)");
  private static final List<String> ANSWERS = List.of("My answer is yes.", "My answer is no.", "My answer is maybe.");

  private final Map<?, ?> arguments;
  private final String text;

  private Instruction(Map<?, ?> arguments, String text) {
    this.arguments = arguments;
    this.text = text;
  }

  /** @throws IllegalArgumentException when the instruction is not known, or lacks an argument */
  static boolean follows(String id, Map<?, ?> arguments, String text) {
    return new Instruction(arguments, text).follows(id);
  }

  private boolean follows(String id) {
    return switch (id) {
      case "keywords:existence" -> list("keywords").stream().allMatch(k -> contains(text, k.toString()));
      case "keywords:forbidden_words" -> list("forbidden_words").stream().noneMatch(k -> count("\\b" + Pattern.quote(k.toString()) + "\\b", text) > 0);
      case "keywords:frequency" -> related(count(Pattern.quote(string("keyword")), text), "frequency", "relation");
      case "keywords:letter_frequency" -> related(count(Pattern.quote(string("letter")), text), "let_frequency", "let_relation");
      case "length_constraints:number_words" -> related(count(WORD, text), "num_words", "relation");
      case "length_constraints:number_sentences" -> related(sentences(), "num_sentences", "relation");
      case "length_constraints:number_paragraphs" -> paragraphs("\\s?\\*\\*\\*\\s?").length == number("num_paragraphs") && Arrays.stream(paragraphs("\\s?\\*\\*\\*\\s?")).noneMatch(String::isBlank);
      case "length_constraints:nth_paragraph_first_word" -> firstWord();
      case "detectable_content:postscript" -> contains(text, string("postscript_marker"));
      case "detectable_content:number_placeholders" -> count("\\[.*?]", text) >= number("num_placeholders");
      case "detectable_format:number_bullet_lists" -> count("(?m)^\\s*(\\*[^*].*|-.*)$", text) == number("num_bullets");
      case "detectable_format:constrained_response" -> ANSWERS.stream().anyMatch(text::contains);
      case "detectable_format:number_highlighted_sections" -> count("\\*[^\\n*]*[^\\n* ][^\\n*]*\\*", text) >= number("num_highlights");
      case "detectable_format:multiple_sections" -> count("\\s?" + Pattern.quote(string("section_spliter")) + "\\s?\\d+\\s?", text) >= number("num_sections");
      case "detectable_format:json_format" -> json();
      case "detectable_format:title" -> count("<<[^\\n]*[^\\s>][^\\n]*?>>", text) > 0;
      case "combination:two_responses" -> twoResponses();
      case "combination:repeat_prompt" -> text.strip().toLowerCase(Locale.ROOT).startsWith(string("prompt_to_repeat").strip().toLowerCase(Locale.ROOT));
      case "startend:end_checker" -> text.strip().replaceAll("\"$", "").toLowerCase(Locale.ROOT).endsWith(string("end_phrase").strip().toLowerCase(Locale.ROOT));
      case "startend:quotation" -> text.strip().length() > 1 && text.strip().startsWith("\"") && text.strip().endsWith("\"");
      case "change_case:capital_word_frequency" -> related(capitals(), "capital_frequency", "capital_relation");
      case "change_case:english_capital" -> text.equals(text.toUpperCase(Locale.ROOT)) && !text.equals(text.toLowerCase(Locale.ROOT));
      case "change_case:english_lowercase" -> text.equals(text.toLowerCase(Locale.ROOT)) && !text.equals(text.toUpperCase(Locale.ROOT));
      case "punctuation:no_comma" -> !text.contains(",");
      default -> throw new IllegalArgumentException("the instruction '" + id + "' cannot be checked here");
    };
  }

  private boolean related(long count, String bound, String relation) {
    long n = number(bound);
    return switch (string(relation)) {
      case "less than" -> count < n;
      case "at least" -> count >= n;
      default -> throw new IllegalArgumentException("the relation '" + string(relation) + "' is neither 'less than' nor 'at least'");
    };
  }

  private long sentences() {
    long ends = count(SENTENCE_END, text);
    return text.strip().matches("(?s).*[.!?][\"')\\]]*") ? ends : ends + 1;
  }

  private String[] paragraphs(String between) {
    String[] all = text.strip().split(between);
    int first = all.length > 1 && all[0].isBlank() ? 1 : 0;
    return Arrays.copyOfRange(all, first, all.length);
  }

  private boolean firstWord() {
    String[] all = Arrays.stream(text.strip().split("\n\n")).filter(p -> !p.isBlank()).toArray(String[]::new);
    int nth = (int) number("nth_paragraph");
    if (all.length != number("num_paragraphs") || nth < 1 || nth > all.length) return false;
    Matcher word = WORD.matcher(all[nth - 1]);
    return word.find() && word.group().equalsIgnoreCase(string("first_word"));
  }

  private boolean json() {
    String plain = text.strip().replaceFirst("(?i)^```(json)?\\s*", "").replaceFirst("```$", "").strip();
    try {
      var node = JSON.readTree(plain);
      return node != null && !node.isMissingNode();
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private boolean twoResponses() {
    var all = Arrays.stream(text.split("\\*{6}")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    return all.size() == 2 && !all.get(0).equals(all.get(1));
  }

  private long capitals() {
    return Arrays.stream(text.split("\\s+")).filter(w -> w.matches(".*\\p{Lu}.*") && w.equals(w.toUpperCase(Locale.ROOT))).count();
  }

  private static boolean contains(String text, String part) {
    return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static long count(String pattern, String text) {
    return count(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE), text);
  }

  private static long count(Pattern pattern, String text) {
    return pattern.matcher(text).results().count();
  }

  private Object need(String name) {
    Object v = arguments.get(name);
    if (v == null) throw new IllegalArgumentException("an instruction lacks its argument '" + name + "'");
    return v;
  }

  private String string(String name) {
    return need(name).toString();
  }

  private long number(String name) {
    return need(name) instanceof Number n ? n.longValue() : Long.parseLong(string(name).strip());
  }

  private List<?> list(String name) {
    return need(name) instanceof List<?> l ? l : List.of(string(name));
  }
}
