package org.vulpes.corpus.packages;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;

/** A Java source file as two kinds of text: its code without the licence header, and the prose of its Javadoc. */
record JavaFile(String text) {

  private enum Kind { JAVADOC, COMMENT }

  private record Comment(Kind kind, int from, int to) {}

  JavaFile {
    text = text.replace("\r\n", "\n").replace('\r', '\n');
  }

  /** The whole file from the first line after the licence header. */
  String code() {
    String rest = text.stripLeading();
    for (var comments = new JavaFile(rest).comments(); !comments.isEmpty() && comments.getFirst().from == 0; comments = new JavaFile(rest).comments()) {
      if (!licence(rest.substring(0, comments.getFirst().to))) break;
      rest = rest.substring(comments.getFirst().to).stripLeading();
    }
    return rest.strip().isEmpty() ? "" : rest.stripTrailing() + "\n";
  }

  /** Descriptions of the Javadoc comments in the file's order, without block tags; a paragraph that is repeated (overloads) is there once. */
  String prose() {
    var paragraphs = new LinkedHashSet<String>();
    for (Comment c : comments()) {
      String comment = text.substring(c.from, c.to);
      if (c.kind != Kind.JAVADOC || licence(comment)) continue;
      for (String p : Markup.prose(description(comment)).split("\n\n")) {
        if (p.chars().filter(x -> x == ' ').count() >= 3) paragraphs.add(p);
      }
    }
    return paragraphs.isEmpty() ? "" : String.join("\n\n", paragraphs) + "\n";
  }

  private static boolean licence(String comment) {
    String lower = comment.toLowerCase(Locale.ROOT);
    return lower.contains("copyright") || lower.contains("licensed under") || lower.contains("licensed to the") || lower.contains("license,");
  }

  /** The text between the stars, up to the first line that begins with a block tag. */
  static String description(String javadoc) {
    var out = new StringBuilder();
    for (String line : javadoc.substring(3, Math.max(3, javadoc.length() - 2)).split("\n")) {
      String s = line.stripLeading();
      int star = 0;
      while (star < s.length() && s.charAt(star) == '*') star++;
      s = s.substring(star);
      if (s.stripLeading().startsWith("@")) break;
      out.append(s).append('\n');
    }
    return out.toString();
  }

  /** Comments outside string and character literals, in order; neighbouring line comments count as one. */
  private List<Comment> comments() {
    var out = new ArrayList<Comment>();
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (text.startsWith("/*", i)) {
        int end = text.indexOf("*/", i + 2);
        end = end < 0 ? text.length() : end + 2;
        boolean javadoc = text.startsWith("/**", i) && end - i > 5;
        out.add(new Comment(javadoc ? Kind.JAVADOC : Kind.COMMENT, i, end));
        i = end;
      } else if (text.startsWith("//", i)) {
        int end = i;
        do end = lineEnd(end); while (text.startsWith("//", end));
        out.add(new Comment(Kind.COMMENT, i, end));
        i = end;
      } else if (text.startsWith("\"\"\"", i)) {
        i = literalEnd(i + 3, "\"\"\"", true);
      } else if (c == '"' || c == '\'') {
        i = literalEnd(i + 1, String.valueOf(c), false);
      } else {
        i++;
      }
    }
    return out;
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end + 1;
  }

  /** A literal of one line ends with its line at the latest, so that a stray quote does not swallow the file. */
  private int literalEnd(int from, String quote, boolean lines) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') i++;
      else if (c == '\n' && !lines) return i;
      else if (text.startsWith(quote, i)) return i + quote.length();
    }
    return text.length();
  }
}
