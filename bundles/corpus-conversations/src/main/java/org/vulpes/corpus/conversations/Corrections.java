package org.vulpes.corpus.conversations;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vulpes.corpus.Message;

/** Sentences with a mistake and the same without, out of the examples of LanguageTool's rules: {@code <example correction="its">The cat licked <marker>it's</marker> paw.</example>}. */
final class Corrections {
  private static final List<String> FILES = List.of("org/languagetool/rules/en/grammar.xml", "org/languagetool/rules/en/style.xml");
  private static final Pattern EXAMPLE = Pattern.compile("<example([^>]{0,400})>([^\\n]{1,1000}?)</example>");
  private static final Pattern CORRECTION = Pattern.compile("correction=\"([^\"|]+)");
  private static final Pattern MARKER = Pattern.compile("<marker>.*?</marker>");
  private static final List<String> ASKED = List.of("Correct this sentence: %s", "Fix the mistake: %s", "Write this sentence without its mistake: %s", "What is wrong here? Give the corrected sentence. %s");

  private Corrections() {}

  /** @param pairs whether the wrong sentence, said back, is given as the worse answer @param to told the id and the example */
  static void read(boolean pairs, BiConsumer<String, Sample> to) {
    for (String file : FILES) read(file.substring(file.lastIndexOf('/') + 1), Artifact.GRAMMAR.text(file), pairs, to);
  }

  static void read(String file, String xml, boolean pairs, BiConsumer<String, Sample> to) {
    var seen = new LinkedHashSet<String>();
    for (Matcher m = EXAMPLE.matcher(xml); m.find(); ) {
      Matcher correction = CORRECTION.matcher(m.group(1));
      if (!correction.find()) continue;
      String wrong = plain(m.group(2));
      String right = plain(MARKER.matcher(m.group(2)).replaceFirst(Matcher.quoteReplacement(correction.group(1))));
      if (wrong == null || right == null || wrong.equals(right) || !seen.add(wrong)) continue;
      String asked = ASKED.get(seen.size() % ASKED.size()).formatted(wrong);
      var user = List.of(new Message(Message.USER, asked));
      to.accept(file + ":" + seen.size(), pairs ? new Sample.Pair(user, right, wrong) : new Sample.Talk(List.of(user.getFirst(), new Message(Message.ASSISTANT, right))));
    }
  }

  /** The text of an example, or null where it is not plain. */
  private static String plain(String content) {
    String s = content.replaceAll("</?marker>", "");
    if (s.contains("<")) return null;
    s = s.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">").replaceAll("&#(x?[0-9a-fA-F]+);", " ").replace("&amp;", "&").strip().replaceAll("\\s+", " ");
    return s.length() < 10 ? null : s;
  }
}
