package org.vulpes.corpus.conversations;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vulpes.corpus.Message;

/**
 * Questions about words out of WordNet's data files. A line of a file is a synset: {@code offset lex type count word id … | gloss; "example"}. Each gives up to four: what its word means, which word
 * means this, a synonym, a sentence with the word. The wording is one of several, chosen by the entry's offset, so that a model learns the question and not its letters.
 */
final class WordNetQuestions {
  private static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";
  private static final List<String> FILES = List.of("data.adj", "data.adv", "data.noun", "data.verb");
  private static final Pattern PLACE = Pattern.compile("\\((a|p|ip)\\)$");
  private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]{8,200})\"");
  private static final List<String> DEFINE = List.of("What does \"%s\" mean?", "Define \"%s\".", "Explain the word \"%s\".", "What is the meaning of \"%s\"?");
  private static final List<String> NAME = List.of("Which word means: %s?", "What is the word for this: %s?", "Name the word that is defined as: %s.");
  private static final List<String> SYNONYM = List.of("Give a synonym of \"%s\".", "Which word can be used instead of \"%s\"?", "Name another word for \"%s\".");
  private static final List<String> USE = List.of("Use the word \"%s\" in a sentence.", "Write a sentence with \"%s\".", "Give an example of the use of \"%s\".");

  private WordNetQuestions() {}

  /** @param to told the id and the question */
  static void read(BiConsumer<String, Sample> to) {
    for (String file : FILES) Artifact.WORDNET.text(FOLDER + file).lines().forEach(line -> entry(file, line, to));
  }

  static void entry(String file, String line, BiConsumer<String, Sample> to) {
    int bar = line.indexOf(" | ");
    if (line.startsWith(" ") || bar < 0) return;
    String[] fields = line.substring(0, bar).split(" ");
    // The count is hexadecimal; words and their numbers alternate after it.
    int count = Integer.parseInt(fields[3], 16);
    var words = new ArrayList<String>();
    for (int i = 0; i < count; i++) words.add(PLACE.matcher(fields[4 + 2 * i]).replaceFirst("").replace('_', ' '));
    String text = line.substring(bar + 3).strip().replaceAll(" +", " ");
    int quote = text.indexOf('"');
    String gloss = (quote < 0 ? text : text.substring(0, quote)).replaceAll("[;:,\\s]+$", "");
    if (gloss.length() < 4) return;
    String id = file + ":" + fields[0];
    int which = Integer.parseInt(fields[0]);
    String word = words.getFirst();
    to.accept(id + "#define", talk(DEFINE, which, word, gloss + "."));
    to.accept(id + "#name", talk(NAME, which / 7, gloss, word));
    if (count > 1) to.accept(id + "#synonym", talk(SYNONYM, which / 11, word, words.get(1)));
    Matcher example = EXAMPLE.matcher(text);
    if (!example.find()) return;
    for (String w : words) {
      if (!example.group(1).toLowerCase(Locale.ROOT).contains(w.toLowerCase(Locale.ROOT))) continue;
      to.accept(id + "#use", talk(USE, which / 13, w, sentence(example.group(1))));
      return;
    }
  }

  private static Sample talk(List<String> wordings, int which, String asked, String answer) {
    return new Sample.Talk(List.of(new Message(Message.USER, wordings.get(which % wordings.size()).formatted(asked)), new Message(Message.ASSISTANT, answer)));
  }

  private static String sentence(String example) {
    String s = Character.toUpperCase(example.charAt(0)) + example.substring(1);
    return s.matches(".*[.!?]") ? s : s + ".";
  }
}
