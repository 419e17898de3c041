package org.vulpes.corpus.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Utf8;

/**
 * WordNet's data files as pages of a dictionary. A line of a file is a synset: {@code offset lex type count word id … | gloss; "example"}.
 * Neighbours in a file are neighbours in meaning, so that a page of consecutive entries is about one thing.
 */
final class WordNet {
  static final List<String> FILES = List.of("data.adj", "data.adv", "data.noun", "data.verb");
  static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";
  /** A page ends with the entry that reaches so many characters: a page is a few sequences of a small model. */
  private static final int PAGE = 1500;
  /** Where an adjective may stand: "galore(ip)". */
  private static final Pattern PLACE = Pattern.compile("\\((a|p|ip)\\)$");
  private static final Pattern SPACES = Pattern.compile(" +");

  private WordNet() {}

  static Stream<Document> documents(Jars.File file) {
    var pages = new ArrayList<Document>();
    var page = new StringBuilder();
    for (var it = Utf8.decode(file.id(), file.bytes()).lines().iterator(); it.hasNext(); ) {
      String entry = entry(it.next());
      if (entry != null) page.append(entry).append('\n');
      if (page.length() >= PAGE || (!it.hasNext() && !page.isEmpty())) {
        pages.add(new Document(file.id() + "!/page-" + pages.size(), "dictionary", page.toString()));
        page.setLength(0);
      }
    }
    return pages.stream();
  }

  /** "word, other word: gloss; examples", or null for a line of the licence that opens each file. */
  static String entry(String line) {
    int bar = line.indexOf(" | ");
    if (line.startsWith(" ") || bar < 0) return null;
    String[] fields = line.substring(0, bar).split(" ");
    var words = new ArrayList<String>();
    // The count is hexadecimal; words and their numbers alternate after it.
    int count = Integer.parseInt(fields[3], 16);
    for (int i = 0; i < count; i++) words.add(word(fields[4 + 2 * i]));
    return String.join(", ", words) + ": " + SPACES.matcher(line.substring(bar + 3).strip()).replaceAll(" ");
  }

  private static String word(String field) {
    return PLACE.matcher(field).replaceFirst("").replace('_', ' ');
  }
}
