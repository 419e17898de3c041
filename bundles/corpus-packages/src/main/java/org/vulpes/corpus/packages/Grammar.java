package org.vulpes.corpus.packages;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Utf8;

/**
 * English sentences out of LanguageTool's rules: the good examples as they are, the bad ones with their first correction put in. A good
 * example is one that its rule must not complain about: a few have another mistake.
 */
final class Grammar {
  static final List<String> FILES = List.of("org/languagetool/rules/en/grammar.xml", "org/languagetool/rules/en/style.xml");
  private static final Pattern EXAMPLE = Pattern.compile("<example([^>]{0,400})>([^\\n]{1,1000}?)</example>");
  private static final Pattern CORRECTION = Pattern.compile("correction=\"([^\"|]+)");
  private static final Pattern MARKER = Pattern.compile("<marker>.*?</marker>");
  private static final int PAGE = 1500;

  private Grammar() {}

  static Stream<Document> documents(Jars.File file) {
    var sentences = new LinkedHashSet<String>();
    for (Matcher m = EXAMPLE.matcher(Utf8.decode(file.id(), file.bytes())); m.find(); ) {
      String sentence = sentence(m.group(1), m.group(2));
      if (sentence != null) sentences.add(sentence);
    }
    var pages = new ArrayList<Document>();
    var page = new StringBuilder();
    for (var it = sentences.iterator(); it.hasNext(); ) {
      page.append(it.next()).append('\n');
      if (page.length() >= PAGE || !it.hasNext()) {
        pages.add(new Document(file.id() + "!/page-" + pages.size(), "grammar", page.toString()));
        page.setLength(0);
      }
    }
    return pages.stream();
  }

  /** The correct sentence, or null where the rules do not tell it. */
  static String sentence(String attributes, String content) {
    Matcher correction = CORRECTION.matcher(attributes);
    if (correction.find()) content = MARKER.matcher(content).replaceFirst(Matcher.quoteReplacement(correction.group(1)));
    else if (attributes.contains("type=") || attributes.contains("correction=")) return null;
    content = content.replaceAll("</?marker>", "");
    if (content.contains("<") || content.startsWith("<!--")) return null;
    String text = Markup.entities(content).strip().replaceAll("\\s+", " ");
    return text.length() < 10 ? null : text;
  }
}
