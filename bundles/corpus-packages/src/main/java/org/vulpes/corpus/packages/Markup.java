package org.vulpes.corpus.packages;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** HTML and Javadoc markup to plain text. */
final class Markup {
  private static final Map<String, String> NAMED = Map.ofEntries(Map.entry("lt", "<"), Map.entry("gt", ">"), Map.entry("amp", "&"), Map.entry("quot", "\""),
      Map.entry("apos", "'"), Map.entry("nbsp", " "), Map.entry("mdash", "—"), Map.entry("ndash", "–"), Map.entry("hellip", "…"), Map.entry("le", "≤"),
      Map.entry("ge", "≥"), Map.entry("times", "×"), Map.entry("minus", "−"), Map.entry("infin", "∞"), Map.entry("pi", "π"), Map.entry("sum", "∑"),
      Map.entry("radic", "√"), Map.entry("ne", "≠"), Map.entry("middot", "·"), Map.entry("alpha", "α"), Map.entry("beta", "β"), Map.entry("gamma", "γ"),
      Map.entry("lambda", "λ"), Map.entry("mu", "μ"), Map.entry("sigma", "σ"), Map.entry("theta", "θ"), Map.entry("epsilon", "ε"), Map.entry("delta", "δ"),
      Map.entry("rarr", "→"), Map.entry("larr", "←"), Map.entry("ldquo", "“"), Map.entry("rdquo", "”"), Map.entry("lsquo", "‘"), Map.entry("rsquo", "’"),
      Map.entry("copy", "©"), Map.entry("reg", "®"), Map.entry("eacute", "é"), Map.entry("ouml", "ö"), Map.entry("uuml", "ü"), Map.entry("auml", "ä"));
  private static final Pattern ENTITY = Pattern.compile("&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[A-Za-z]{2,8});");
  /** An innermost inline tag: its name, then its text without braces. */
  private static final Pattern INLINE = Pattern.compile("\\{@([a-zA-Z]+)(?:\\s+([^{}]*))?\\}");
  private static final Pattern BLOCK = Pattern.compile("(?i)</?(p|li|ul|ol|dl|dt|dd|h[1-6]|br|tr|td|th|table|div|blockquote|hr|section)\\b[^<>]{0,300}>");
  private static final Pattern HIDDEN = Pattern.compile("(?is)<(pre|script|style)\\b.*?(</\\1>|\\z)|<!--.*?(-->|\\z)");
  private static final Pattern TAG = Pattern.compile("</?[a-zA-Z][^<>]{0,300}>");

  private Markup() {}

  /** Paragraphs of the prose in a Javadoc comment's description, empty lines between them; code blocks and tables' frames left out. */
  static String prose(String javadoc) {
    String s = HIDDEN.matcher(withoutSnippets(javadoc)).replaceAll("\n\n");
    // From the inside out: {@link Foo {@code x}} takes two rounds. What code and literal protect must survive the removal of tags.
    for (int round = 0; round < 4 && s.contains("{@"); round++) s = INLINE.matcher(s).replaceAll(m -> Matcher.quoteReplacement(inline(m)));
    s = s.replaceAll("(?i)<sup>", "^").replaceAll("(?i)<sub>", "_");
    s = BLOCK.matcher(s).replaceAll("\n\n");
    s = entities(TAG.matcher(s).replaceAll(""));
    var out = new StringBuilder();
    for (String paragraph : s.split("\\n\\s*\\n")) {
      String flat = paragraph.strip().replaceAll("\\s+", " ");
      if (flat.isEmpty()) continue;
      if (!out.isEmpty()) out.append("\n\n");
      out.append(flat);
    }
    return out.toString();
  }

  /** Snippets hold code, whose braces are balanced as the tag demands; one that is not closed goes on to the comment's end. */
  private static String withoutSnippets(String s) {
    for (int from = s.indexOf("{@snippet"); from >= 0; from = s.indexOf("{@snippet", from)) {
      int depth = 0;
      int end = from;
      do {
        char c = s.charAt(end++);
        if (c == '{') depth++;
        else if (c == '}') depth--;
      } while (depth > 0 && end < s.length());
      s = s.substring(0, from) + "\n\n" + s.substring(end);
    }
    return s;
  }

  private static String inline(java.util.regex.MatchResult m) {
    String text = m.group(2) == null ? "" : m.group(2).strip();
    return switch (m.group(1)) {
      case "code", "literal" -> text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
      case "link", "linkplain", "value" -> link(text);
      case "return", "summary", "index", "systemProperty" -> text;
      default -> "";
    };
  }

  /** The label, or the reference as a reader writes it: "java.util.Map#get(Object)" is "Map.get(Object)". */
  private static String link(String text) {
    int end = 0;
    int depth = 0;
    for (; end < text.length(); end++) {
      char c = text.charAt(end);
      if (c == '(') depth++;
      else if (c == ')') depth--;
      else if (Character.isWhitespace(c) && depth <= 0) break;
    }
    String label = text.substring(end).strip();
    if (!label.isEmpty()) return label;
    return text.substring(0, end).replaceAll("\\b([a-z][a-z0-9_]*\\.)+(?=[A-Z])", "").replaceFirst("^#", "").replace('#', '.').replaceAll("\\(\\s+", "(");
  }

  static String entities(String s) {
    return s.indexOf('&') < 0 ? s : ENTITY.matcher(s).replaceAll(m -> Matcher.quoteReplacement(entity(m.group(1), m.group())));
  }

  private static String entity(String name, String whole) {
    if (name.charAt(0) != '#') return NAMED.getOrDefault(name, whole);
    int point = name.charAt(1) == 'x' ? Integer.parseInt(name.substring(2), 16) : Integer.parseInt(name.substring(1));
    return Character.isValidCodePoint(point) && (point < 0xD800 || point > 0xDFFF) && point >= 32 ? Character.toString(point) : whole;
  }
}
