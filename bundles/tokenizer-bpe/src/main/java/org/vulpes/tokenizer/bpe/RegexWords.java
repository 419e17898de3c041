package org.vulpes.tokenizer.bpe;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.vulpes.slot.InvalidInput;

/**
 * Cuts by a regular expression of a file from elsewhere: every match is a word, and so is what stands between two matches. Only
 * constructs that mean the same in Oniguruma, which the tokenizers library uses, and in Java are accepted, and a pattern that searches
 * without end is stopped.
 */
final class RegexWords implements Words {
  /** Looks at characters that a pattern may spend per character of text; the published patterns spend below 100. */
  private static final long PATIENCE = 5_000;

  private final Pattern pattern;

  /** @throws InvalidInput when the pattern is not one that is understood */
  RegexWords(String regex, String source) {
    check(regex, source);
    try {
      // \s as White_Space, \d as Nd, and letters of either case by Unicode, as Oniguruma has them.
      pattern = Pattern.compile(regex, Pattern.UNICODE_CHARACTER_CLASS);
    } catch (PatternSyntaxException e) {
      throw new InvalidInput(source + " has a pre-tokenizer pattern that cannot be read (" + e.getDescription() + " at character "
          + e.getIndex() + "); use a tokenizer with a published pattern.", e);
    }
  }

  private static void check(String regex, String source) {
    String trouble = regex.length() > 10_000 ? "longer than 10000 characters" : null;
    boolean inClass = false;
    for (int i = 0; i < regex.length() && trouble == null; i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        char next = ++i < regex.length() ? regex.charAt(i) : 0;
        boolean letterOrDigit = next < 128 && Character.isLetterOrDigit(next);
        if (next == 0 || letterOrDigit && "pPsSdDrntfux".indexOf(next) < 0) trouble = "\\" + next;
      } else if (c == '[' && regex.startsWith("[:", i)) {
        trouble = "[:";
      } else if (c == '[') {
        inClass = true;
      } else if (c == ']') {
        inClass = false;
      } else if (!inClass && (c == '^' || c == '$' || c == '.')) {
        // Oniguruma's ^ and $ stand at every line, Java's at the text's ends.
        trouble = String.valueOf(c);
      } else if (c == '(' && regex.startsWith("(?", i) && !opens(regex, i)) {
        trouble = "(?" + (i + 2 < regex.length() ? regex.charAt(i + 2) : "");
      }
    }
    if (trouble != null) {
      throw new InvalidInput(source + " has a pre-tokenizer pattern with '" + trouble
          + "', which is not supported; use a tokenizer with a published pattern.");
    }
  }

  private static boolean opens(String regex, int at) {
    for (String group : new String[] {"(?:", "(?i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"}) {
      if (regex.startsWith(group, at)) return true;
    }
    return false;
  }

  @Override
  public String key() {
    return "regex " + pattern.pattern();
  }

  @Override
  public void cut(char[] text, int from, int to, Sink sink) {
    Matcher matcher = pattern.matcher(new Looked(text, from, to, new long[] {1_000_000 + PATIENCE * (to - from)}));
    int open = 0;
    try {
      while (matcher.find()) {
        if (matcher.end() == matcher.start()) continue;
        if (open < matcher.start()) sink.word(from + open, from + matcher.start());
        sink.word(from + matcher.start(), from + matcher.end());
        open = matcher.end();
      }
    } catch (StackOverflowError e) {
      throw hopeless(e);
    }
    if (open < to - from) sink.word(from + open, to);
  }

  private static InvalidInput hopeless(Throwable cause) {
    return new InvalidInput(
        "The tokenizer's pre-tokenizer pattern cannot cut this text in reasonable time; use a tokenizer with a published pattern.", cause);
  }

  /** A text that counts how often it is looked at. */
  private record Looked(char[] text, int from, int to, long[] patience) implements CharSequence {
    @Override
    public char charAt(int i) {
      if (--patience[0] < 0) throw hopeless(null);
      return text[from + i];
    }

    @Override
    public int length() {
      return to - from;
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Looked(text, from + start, from + end, patience);
    }

    @Override
    public String toString() {
      return new String(text, from, to - from);
    }
  }
}
